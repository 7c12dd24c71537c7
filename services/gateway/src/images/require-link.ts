import { Failure } from '@shotwire/failures';
import type { Links } from '@shotwire/links';
import type { FastifyInstance } from 'fastify';

interface LinkParts {
  links: Pick<Links, 'verify'>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Link {
  Params: { account: string; id: string };
  Querystring: { expires?: unknown; signature?: unknown };
}

/** Asks every request in this scope for a link of ours, which stands for the key of the account that it names. Failure `link_refused`. */
export function requireLink(scope: FastifyInstance, { links, now }: LinkParts): void {
  scope.decorateRequest('account', '');
  scope.addHook<Link>('onRequest', async (request) => {
    const { account: accountId, id: screenshotId } = request.params;
    const { expires, signature } = request.query;
    const isText = typeof expires === 'string' && typeof signature === 'string';
    if (!isText || !links.verify({ accountId, screenshotId, expires, signature, nowS: now() / 1000 })) throw new Failure('link_refused');
    request.account = accountId;
  });
}
