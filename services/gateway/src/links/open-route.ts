import type { IntakeService, Screenshot } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Links, Render } from '@shotwire/links';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import type { ApiKey } from '../keys/api-key.ts';
import type { Keyring } from '../keys/create-keyring.ts';
import { imageOf } from '../screenshots/kept.ts';
import { makeScreenshot } from '../screenshots/make-screenshot.ts';
import { requireCompleted } from '../screenshots/require-completed.ts';
import { sendObject } from '../screenshots/send-object.ts';
import { type ClosingTail, hasEnded, untilEnded } from '../screenshots/until-ended.ts';
import { findRender } from './find-render.ts';
import { operations } from './operations.ts';
import { keptS } from './schema.ts';

type OpenParts = Parameters<typeof makeScreenshot>[0] &
  Parameters<typeof sendObject>[2] & {
    intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>;
    tail: ClosingTail;
    links: Pick<Links, 'verifyRender'>;
    keyring: Pick<Keyring, 'findById'>;
    /** How long an answer may be waited for, in milliseconds. */
    waitMs?: number;
  };

interface Link {
  Params: { account: string; token: string };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the link of this request says, and its token; none where there is no link. */
    render: (Render & { token: string }) | undefined;
  }
}

/** So long others may show a picture without asking: also of a link that was revoked meanwhile. */
const shownS = 60;
/** As long as people look at a page that is loading. */
const longestWaitMs = 60_000;

/** Pictures for those who hold a link, and no key: taken when a link is first opened, shared by all who open it. */
export function openLinkRoute(scope: FastifyInstance, parts: OpenParts): void {
  const { intake, tail, waitMs = longestWaitMs } = parts;
  scope.decorateRequest('account', '');
  scope.decorateRequest('key', undefined);
  scope.decorateRequest('render', undefined);
  scope.addHook('onSend', async (_, reply) => {
    // Nobody keeps a no: the next one who opens the link may be shown the picture.
    reply.header('cache-control', reply.statusCode < 400 ? `public, max-age=${shownS}` : 'no-store');
  });
  scope.addHook<Link>('onRequest', async (request) => {
    const { key, render } = await readLink(request, parts);
    Object.assign(request, { account: key.accountId, key, render });
  });
  // HEAD by hand: Fastify's own would read the picture and throw it away.
  scope.route<Link>({
    method: ['GET', 'HEAD'],
    url: '/:account/:token',
    config: { secretPath: true },
    schema: operations.open,
    handler: async (request, reply) => {
      const shown = await rendered(request, parts);
      const waiting = { intake, tail, context: callContext(request), signal: goneSignal(reply), waitMs };
      const ended = hasEnded(shown) ? shown : await untilEnded(shown.id, waiting);
      return sendObject(reply, imageOf(requireCompleted(ended)), parts);
    },
  });
}

/** What a link says, and the key that it stands for. Failure `link_refused`. */
async function readLink(
  { params: { account: accountId, token: file } }: FastifyRequest<Link>,
  { links, keyring, now }: Pick<OpenParts, 'links' | 'keyring' | 'now'>,
): Promise<{ key: ApiKey; render: Render & { token: string } }> {
  const token = /^([\w-]+\.[\w-]+)\.[a-z]+$/.exec(file)?.[1] ?? '';
  const render = links.verifyRender({ accountId, token, nowS: now() / 1000 });
  const key = render && (await keyring.findById(render.keyId));
  const mayCapture = key?.scopes.includes('capture') || key?.scopes.includes('admin');
  if (!key || key.accountId !== accountId || !mayCapture) throw new Failure('link_refused');
  return { key, render: { ...render, token } };
}

/** The screenshot that a link shows now: one that is there, or one that is made for it. */
async function rendered(request: FastifyRequest, parts: OpenParts): Promise<Screenshot> {
  const { render } = request;
  if (!render) throw new Failure('link_refused');
  const { wish, token } = render;
  const { expires_in: kept = keptS } = wish;
  const finding = { intake: parts.intake, context: callContext(request), accountId: request.account, token };
  const found = await findRender({ ...finding, keptS: Number(kept), nowMs: parts.now() });
  return typeof found === 'string' ? makeScreenshot(parts, request, wish, { id: found }) : found;
}
