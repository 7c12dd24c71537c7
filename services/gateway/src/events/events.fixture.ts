import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type BatchSchema, EventSchema, type ScreenshotSchema } from '@shotwire/contract';
import { openBus, openTail } from '@shotwire/events';
import { publishEvents } from '@shotwire/events/testing';
import { eventually, startTestNats } from '@shotwire/testing';
import { openGateway } from '../gateway.fixture.ts';
import { openApp } from '../open-app.ts';

type Given = NonNullable<Parameters<typeof openGateway>[0]>;
interface Options extends Given {
  remembered?: number;
  heartbeatMs?: number;
}

/** What else is said of an event. */
interface Happening {
  type?: string;
  screenshot?: MessageInitShape<typeof ScreenshotSchema>;
  batch?: MessageInitShape<typeof BatchSchema>;
}

/** A block of a stream as it came: its fields by their names. */
export type Said = Record<string, string>;

/** A gateway on a real socket that tails a real NATS. */
export async function openListening({ remembered = 1_000, heartbeatMs = 15_000, parts, ...given }: Options = {}) {
  await using opening = new AsyncDisposableStack();
  const nats = opening.use(await startTestNats());
  const log = { info: () => {}, warn: () => {} };
  const bus = opening.use(openBus({ url: nats.url, name: 'gateway', log }));
  const tail = opening.use(openTail({ bus, log, remembered }));
  const gateway = opening.use(await openGateway({ ...given, parts: { tail, eventHeartbeatMs: heartbeatMs, ...parts } }));
  const open = opening.use(await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 3_000 }));
  const house = opening.move();

  /** Begins to listen. */
  async function listen(path = '/events', { key = 'key-one', headers = {} as Record<string, string> } = {}) {
    const asking = request({
      port: open.port,
      path: `/api/v1${path}`,
      agent: false,
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    house.defer(() => void asking.destroy());
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    asking.once('response', resolve).once('error', reject).end();
    const answer = await promise;
    asking.on('error', () => {});
    let text = '';
    let ended = false;
    answer.setEncoding('utf8').on('data', (more: string) => (text += more));
    answer.on('error', () => {});
    answer.once('close', () => (ended = true));
    const blocks = (): Said[] =>
      text
        .split('\n\n')
        .slice(0, -1)
        .map((block) =>
          Object.fromEntries(block.split('\n').map((line) => [line.split(':')[0], line.slice(line.indexOf(':') + 1).trim()])),
        );
    const events = () => blocks().filter(({ data }) => data !== undefined);
    return {
      answer,
      blocks,
      events,
      json: async () => {
        await eventually(() => assert.ok(ended));
        return JSON.parse(text);
      },
      ended: () => eventually(() => assert.ok(ended), { timeoutMs: 15_000 }),
      /** Resolves when so many events have come, with them. */
      heard: (count: number) =>
        eventually(
          () => {
            assert.equal(events().length, count);
            return events();
          },
          { timeoutMs: 20_000 },
        ),
      leave: () => void asking.destroy(),
    };
  }

  /** Publishes that screenshots of these accounts have completed. */
  const happen = (accounts: readonly string[], more: Happening = {}) =>
    publishEvents(
      nats,
      accounts.map((accountId) =>
        create(EventSchema, {
          id: randomUUID(),
          type: 'screenshot.completed',
          accountId,
          screenshot: { id: randomUUID(), url: 'https://example.com' },
          ...more,
        }),
      ),
    );

  return { ...gateway, nats, port: open.port, open, listen, happen, [Symbol.asyncDispose]: () => house.disposeAsync() };
}
