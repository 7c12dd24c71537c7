// What both receivers share: to tell what is genuine, to know it again, and to answer.
import { createHmac, createPublicKey, verify as isSignedBy, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

const TOLERANCE_S = 5 * 60;
const MOST_BYTES = 1024 * 1024;

/** The keys of secrets as `whsec_…`, with commas between them: while one is replaced there are two. */
export function keysOf(secrets) {
  return secrets.split(',').map((secret) => {
    if (!secret.startsWith('whsec_')) throw new Error('WEBHOOK_SECRET has to be given as whsec_…');
    return Buffer.from(secret.slice('whsec_'.length), 'base64');
  });
}

/** Whether an entry `v1` of webhook-signature was made with one of the keys, just now. */
export function isSigned({ headers, body, keys }) {
  const signed = signedBytes(headers, body);
  if (!signed) return false;
  const given = entries(headers, 'v1,').map((entry) => Buffer.from(entry, 'base64'));
  return keys.some((key) => {
    const expected = createHmac('sha256', key).update(signed).digest();
    return given.some((signature) => isSame(signature, expected));
  });
}

/** Whether an entry `v1a` of webhook-signature was made by the installation that publishes these keys, just now. */
export function isSignedByInstallation({ headers, body, jwks }) {
  const signed = signedBytes(headers, body);
  if (!signed) return false;
  const keys = jwks.keys.map((jwk) => createPublicKey({ key: jwk, format: 'jwk' }));
  const given = entries(headers, 'v1a,').map((entry) => Buffer.from(entry, 'base64'));
  return keys.some((key) => given.some((signature) => isSignedBy(null, signed, key, signature)));
}

/** Whether X-Signature was made with one of the keys. It has no time in it: who has seen it can send it again. */
export function hasBodySignature({ headers, body, keys }) {
  const given = Buffer.from(headers['x-signature'] ?? '');
  return keys.some((key) => isSame(given, Buffer.from(`sha256=${createHmac('sha256', key).update(body).digest('hex')}`)));
}

/** `id.timestamp.body`, or nothing when the time is not about now. */
function signedBytes({ 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' }, body) {
  if (!/^msg_[0-9A-Za-z]+$/.test(id) || !/^\d+$/.test(timestamp)) return undefined;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_S) return undefined;
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
}

function entries({ 'webhook-signature': header = '' }, scheme) {
  return header.split(' ').flatMap((entry) => (entry.startsWith(scheme) ? [entry.slice(scheme.length)] : []));
}

function isSame(given, expected) {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Downloads an image into a folder, under its name only once it is whole. */
export async function download({ url, headers = {}, folder, name }) {
  const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(20_000) });
  if (!answer.ok) throw new Error(`the image of ${name} was answered with ${answer.status}`);
  const [part, whole] = [join(folder, `${name}.part`), join(folder, name)];
  await writeFile(part, Buffer.from(await answer.arrayBuffer()));
  await rename(part, whole);
  console.log(`saved ${whole}`);
}

/**
 * Listens. What is not genuine is 401. What was handled is remembered by its webhook-id, so that it is handled once,
 * and 204 says so; when handling fails it is 500, and the webhook comes again.
 */
export function serve({ port, folder, isGenuine, handle }) {
  mkdirSync(folder, { recursive: true });

  const judge = async (request) => {
    if (request.method !== 'POST') return 405;
    const body = await rawBody(request);
    if (!body) return 413;
    const { headers } = request;
    if (!(await isGenuine({ headers, body }))) return 401;
    const handled = join(folder, `${headers['webhook-id']}.handled`);
    if (existsSync(handled)) return 204;
    await handle(JSON.parse(body.toString()));
    await writeFile(handled, '');
    return 204;
  };

  const server = createServer(async (request, response) => {
    try {
      response.statusCode = await judge(request);
    } catch (thrown) {
      console.error(thrown);
      response.statusCode = 500;
    }
    response.end();
  });
  server.listen(port, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${port}`));
}

async function rawBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return undefined;
  }
  return Buffer.concat(chunks);
}
