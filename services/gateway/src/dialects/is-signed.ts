import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DeskService } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyRequest } from 'fastify';
import { callContext } from '../http/call-context.ts';
import type { ApiKey } from '../keys/api-key.ts';

interface Signed {
  /** In whose name. */
  key: ApiKey;
  /** What was signed. */
  text: string;
  /** In hex. */
  signature: string;
}

/** The id of a key stands in links that others read; the key itself never does. */
export const keyId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Whether a text was signed with the signing secret of a key's account: HMAC-SHA256, as the SDKs of ScreenshotOne and Urlbox make it.
 * Keys are stored as hashes, so that nothing can be checked against them; the secret is what the owner checks webhooks with.
 */
export async function isSigned(
  { desk }: { desk: Pick<RpcClient<typeof DeskService>, 'getSigningSecret'> },
  request: FastifyRequest,
  { key, text, signature }: Signed,
): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/i.test(signature)) return false;
  const { secret } = await desk.getSigningSecret({}, { context: { ...callContext(request), account: key.accountId } });
  const expected = createHmac('sha256', secret).update(text).digest();
  return timingSafeEqual(Buffer.from(signature, 'hex'), expected);
}

/** The query of a request as it was sent, which is what was signed. */
export function rawQuery({ raw }: FastifyRequest): string {
  const { url = '' } = raw;
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}
