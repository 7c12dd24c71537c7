// Receives what goes to a webhook_url, and downloads each image with the API key.
import { download, isSigned, isSignedByInstallation, keysOf, serve } from './webhook.mjs';

const { PORT = '3000', SAVE_TO = 'images', SHOTWIRE_URL = 'http://127.0.0.1:8080', SHOTWIRE_API_KEY = '', WEBHOOK_SECRET } = process.env;

const keys = WEBHOOK_SECRET ? keysOf(WEBHOOK_SECRET) : undefined;

/** Without a secret the public keys of the installation tell what is genuine. */
async function isGenuine(request) {
  if (keys) return isSigned({ ...request, keys });
  const answer = await fetch(`${SHOTWIRE_URL}/.well-known/jwks.json`, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`the public keys were answered with ${answer.status}`);
  return isSignedByInstallation({ ...request, jwks: await answer.json() });
}

async function handle({ event, data }) {
  if (event === 'screenshot.failed') console.log(`${data.id} failed: ${data.error.message} (${data.error.code})`);
  if (event === 'screenshot.completed') await save(data);
}

async function save({ id, image_url: url, mime_type: type }) {
  const name = `${id}.${type.split('/')[1]}`;
  if (!/^[0-9a-f-]{36}\.[a-z]+$/.test(name)) throw new Error('this is no screenshot');
  // The key is for Shotwire alone, whatever a body says.
  if (!url.startsWith(`${SHOTWIRE_URL}/`)) throw new Error('the image is not at SHOTWIRE_URL');
  await download({ url, headers: { authorization: `Bearer ${SHOTWIRE_API_KEY}` }, folder: SAVE_TO, name });
}

serve({ port: PORT, folder: SAVE_TO, isGenuine, handle });
