import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { DeskService, Dialect, Profile, WebhookAppSchema } from '@shotwire/contract';
import { startDnsServer } from '@shotwire/egress/testing';
import { type Stack, startStack } from '@shotwire/local';
import { createRpcClient, type RpcClient } from '@shotwire/rpc';
import { eventually, type Receiver, startReceiver, startSite } from '@shotwire/testing';

/** A screenshot as the REST API shows it. */
export interface Screenshot {
  id: string;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  image_url?: string;
  error?: { code: string; message: string };
  webhook: {
    state: string;
    attempts: number;
    next_attempt_at: string | null;
    last_status: number | null;
    last_error: string | null;
  } | null;
  /** Where apps were chosen. */
  deliveries?: { id: string; app_id: string | null; event: string; state: string; attempts: number }[] | null;
}

/** What a webhook says. */
export interface Announcement {
  event: string;
  data: { id: string; status: string; error?: { code: string; message: string } };
  sent_at: string;
}

type Env = Record<string, string>;

interface HouseWish {
  env?: Env;
  home?: string;
  /** Names beside those that every house knows. */
  names?: Parameters<typeof startDnsServer>[0];
}

/**
 * The whole house on real parts, a site to be captured and a receiver for its webhooks.
 * Only these two of this machine's addresses may be called.
 */
export async function openHouse({ env = {}, home, names = {} }: HouseWish = {}) {
  await using opening = new AsyncDisposableStack();
  const site = opening.use(await startSite());
  const receiver = opening.use(await startReceiver());
  const dns = opening.use(await startDnsServer({ 'inside.example': { a: ['10.1.2.3'] }, 'site.example': { a: ['127.0.0.1'] }, ...names }));
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'journey-')));
  if (!home) opening.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const settings: Env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '/tmp',
    SHOTWIRE_API_KEY: 'sk_journey',
    EGRESS_ALLOW: `127.0.0.1/32:${site.port},127.0.0.1/32:${receiver.port}`,
    DNS_SERVERS: dns.address,
    WEBHOOK_ALLOW_HTTP: '1',
    WEBHOOK_SCHEDULE: '1,1,1',
    LEASE_SECONDS: '2',
    ...env,
  };
  const said: string[] = [];
  const stack = opening.use(await startStack({ home: folder, env: settings, port: 0, log: (line) => said.push(line) }));
  const desk = opening.use(createRpcClient(DeskService, { address: stack.services.notifier.address, defaultTimeoutMs: 15_000 }));
  const house = opening.move();
  return {
    site,
    receiver,
    dns,
    stack,
    said,
    home: folder,
    ...clientOf(stack),
    ...ownerOf(desk),
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

/** What a client does with the API. */
function clientOf({ url, apiKey }: Pick<Stack, 'url' | 'apiKey'>) {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const within = () => AbortSignal.timeout(15_000);

  const post = (wish: object) =>
    fetch(`${url}/api/v1/screenshots`, { method: 'POST', headers, body: JSON.stringify(wish), signal: within() });
  const get = (path: string) => fetch(url + path, { headers: { authorization: headers.authorization }, signal: within() });

  /** Asks for a screenshot; gives it as the 202 shows it. */
  const ask = async (wish: object): Promise<Screenshot> => {
    const response = await post(wish);
    const body = await response.text();
    assert.equal(response.status, 202, body);
    return JSON.parse(body);
  };

  const see = async (id: string): Promise<Screenshot> => {
    const response = await get(`/api/v1/screenshots/${id}`);
    assert.equal(response.status, 200);
    return (await response.json()) as Screenshot;
  };

  /** Waits for a screenshot's end. */
  const end = (id: string): Promise<Screenshot> =>
    eventually(
      async () => {
        const screenshot = await see(id);
        assert.ok(screenshot.status === 'completed' || screenshot.status === 'failed', `it is ${screenshot.status}`);
        return screenshot;
      },
      { timeoutMs: 30_000 },
    );

  return { post, get, ask, see, end };
}

/** What the owner of apps does, through the notifier's own door. */
function ownerOf(desk: Pick<RpcClient<typeof DeskService>, 'createApp'>) {
  /** Registers an endpoint of profile center; gives its id and its secret. */
  const createCenterApp = async ({ url, secret = '' }: { url: string; secret?: string }) => {
    const webhook = create(WebhookAppSchema, { url, profile: Profile.CENTER, dialect: Dialect.DONE });
    const made = await desk.createApp({ app: { kind: { case: 'webhook', value: webhook } }, secret }, { context: { account: 'default' } });
    assert.ok(made.app && made.secret);
    return { id: made.app.id, secret: made.secret };
  };
  return { createCenterApp };
}

/** The webhooks that came for a screenshot, with their ids. */
export function announcementsOf({ requests }: Pick<Receiver, 'requests'>, id: string) {
  return requests
    .map(({ headers, body }) => ({ webhookId: String(headers['webhook-id']), body: JSON.parse(body.toString()) as Announcement }))
    .filter(({ body }) => body.data.id === id);
}
