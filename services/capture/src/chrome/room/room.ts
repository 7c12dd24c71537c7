import { deadline, orAborted } from '@shotwire/deadlines';
import { type EgressProxy, type EgressTerms, type Guard, openProxy } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { BrowserContext, CDPSession, Page } from 'puppeteer';
import type { Resident, Supervisor } from '../browser/supervisor.ts';
import { budgets, overspent } from './budgets.ts';
import { notePageSettings } from './page-settings.ts';
import { refusePermissions } from './permissions.ts';
import { watch } from './watch.ts';
import { wipe } from './wipe.ts';

/** Names a reason to refuse a host to this capture, or undefined. */
export type HostFilter = (host: string) => string | undefined;

/** A browser context with one page and one proxy, for one capture at a time. */
export interface Room extends AsyncDisposable {
  readonly resident: Resident;
  readonly page: Page;
  /** Of the capture in hand alone: what is set through it, intercepted or emulated, ends with it. */
  readonly session: CDPSession;
  readonly proxy: EgressProxy;
  /** Rejects when the page or its browser dies, or misbehaves past what is borne, on the network too. Never resolves. */
  readonly gone: Promise<never>;
  /** Hands the room to a capture, with what holds for its traffic. */
  occupy(terms: EgressTerms): void;
  /** Says that no wiping makes good what this capture did: the room is closed after it. */
  spoil(why: string): void;
  /** Makes the room as if nobody had been there. Gives why it must be closed instead, or undefined. */
  wipe(): Promise<string | undefined>;
}

interface RoomParts {
  supervisor: Supervisor;
  /** How a browser is come by. */
  enter: Supervisor['enter'];
  guard: Guard;
  signal: AbortSignal;
}

const OPEN_MS = 8_000;
const CLOSE_MS = 3_000;
/** Each page leaves the renderer a little larger. */
const MOST_CAPTURES = 50;
const MOST_HEAP_BYTES = 256 * 1024 * 1024;

const BETWEEN_CAPTURES: EgressTerms = { refuse: () => 'no capture' };

/** Opens a room in a browser. Rejects with `browser_lost` when the browser goes away meanwhile, or does not answer. */
export async function openRoom({ supervisor, enter, guard, signal }: RoomParts): Promise<Room> {
  const resident = await enter(signal);
  const { browser } = resident.chrome;
  const spent = Promise.withResolvers<never>();
  const proxy = await openProxy({
    guard,
    ...BETWEEN_CAPTURES,
    onEvent: (event) => event.kind === 'over_limit' && spent.reject(overspent(event.limit)),
  });
  let making: Promise<BrowserContext> | undefined;
  const late = new Failure('browser_lost', { cause: new Error('no answer to the wish for a room') });
  using limit = deadline(OPEN_MS, late, signal);
  const soon = <T>(promise: Promise<T>) => orAborted(promise, limit.signal);
  let captures = 0;
  let spoilt: string | undefined;

  const close = async () => {
    await proxy[Symbol.asyncDispose]();
    // page.close() hangs on a page that never yields; closing its context ends the renderer at once.
    if (making && browser.connected && !(await closesInTime(making))) supervisor.condemn(resident, 'hang');
    supervisor.leave(resident);
  };
  const spoil = (why: string) => {
    spoilt ??= why;
  };

  try {
    making = browser.createBrowserContext({
      proxyServer: proxy.url,
      proxyBypassList: ['<-loopback>'],
      downloadBehavior: { policy: 'deny' },
    });
    const context = await soon(making);
    const page = await soon(context.newPage());
    // A picture is of the page as it is now. Emptying the caches after each capture instead is dear.
    await page.setCacheEnabled(false);
    const settings = notePageSettings(page);
    const openSession = async () => {
      const opened = await page.createCDPSession();
      // What a server was told once, Chrome would tell it again.
      opened.on('Fetch.authRequired', () => spoil('authentication'));
      return opened;
    };
    let session = await soon(openSession());
    await soon(refusePermissions({ session, context }));
    const { gone: dead, restart } = watch({ context, page, onLasting: spoil });
    const gone = Promise.race([dead, spent.promise]);
    // Nobody may be listening yet, or any more.
    gone.catch(() => undefined);

    return {
      resident,
      page,
      get session() {
        return session;
      },
      proxy,
      gone,
      occupy(terms) {
        proxy.renew({ limits: budgets, ...terms });
        captures += 1;
        supervisor.served(resident);
      },
      spoil,
      async wipe() {
        if (spoilt) return spoilt;
        if (captures >= MOST_CAPTURES) return 'captures';
        const stuck = await settings.undo();
        if (stuck) return stuck;
        await Promise.all([page.goto('about:blank'), session.detach()]);
        session = await openSession();
        // What the page sent as it was left comes back to nobody, and is not sent again.
        if (!proxy.renew(BETWEEN_CAPTURES)) return 'traffic';
        await wipe({ context, page, session });
        restart();
        const { totalSize } = await session.send('Runtime.getHeapUsage');
        return totalSize > MOST_HEAP_BYTES ? 'memory' : spoilt;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (cause) {
    // Nothing of any page was in it: what did not answer is the browser.
    if (limit.signal.reason === late) supervisor.condemn(resident, 'hang');
    await close();
    if (signal.aborted) throw signal.reason;
    throw new Failure('browser_lost', { cause });
  }
}

/** Closes a context; false when the browser does not answer. One that went away meanwhile left nothing to close. */
async function closesInTime(making: Promise<BrowserContext>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), CLOSE_MS);
  const closed = making
    .then((context) => context.close())
    .then(
      () => true,
      () => true,
    );
  const inTime = await Promise.race([closed, late.promise]);
  clearTimeout(timer);
  return inTime;
}
