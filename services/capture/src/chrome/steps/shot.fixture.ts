import { openDenyAllProxy } from '@shotwire/egress';
import { optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { BlockingPlan } from '../blocking/open-blocking.ts';
import { launch } from '../browser/launch.ts';
import { findEncoder } from '../film/encoder.ts';
import type { Room } from '../room/room.ts';
import { openShot, type Shot, type Step } from './shot.ts';

/** A real page on which single steps are tried, one capture after the other, as in a room but with nothing to guard it. */
export async function openTestStage() {
  await using opening = new AsyncDisposableStack();
  const denyAll = opening.use(await openDenyAllProxy());
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  const chrome = opening.use(await launch({ path, denyAllProxy: denyAll.url, sandbox: process.getuid?.() !== 0 }));
  const context = await chrome.browser.createBrowserContext({ proxyServer: denyAll.url, proxyBypassList: ['127.0.0.1'] });
  const page = await context.newPage();
  const house = opening.move();

  return {
    /** Takes steps, has a look, and leaves the page. Gives the shot and the commands that the steps sent. */
    async play(url: string, options: SomeOptions, steps: readonly Step[], look: (shot: Shot) => Promise<unknown> = async () => undefined) {
      const session = await page.createCDPSession();
      const commands: string[] = [];
      const send = session.send.bind(session) as (...given: unknown[]) => Promise<never>;
      session.send = (method, ...rest) => {
        commands.push(method);
        return send(method, ...rest);
      };
      const room = { page, session, resident: { chrome, usable: true }, proxy: { outcomeOf: () => 'ok' } } as unknown as Room;
      const order = { id: 'test', accountId: 'acme', url, options: optionsOf(options) };
      const plan = {} as BlockingPlan;
      using shot = openShot({
        room,
        order,
        url,
        options: order.options,
        plan,
        encoder: await findEncoder('/usr/bin/ffmpeg'),
        signal: AbortSignal.timeout(30_000),
      });
      for (const step of steps) await step(shot);
      const seen = await look(shot);
      await page.goto('about:blank');
      await session.detach();
      return { shot, commands, seen };
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}
