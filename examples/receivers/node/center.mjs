// Receives what goes to an app of profile center, and downloads each image by its signed link.
import { download, hasBodySignature, isSigned, keysOf, serve } from './webhook.mjs';

const { PORT = '3000', SAVE_TO = 'images', WEBHOOK_SECRET = '' } = process.env;

const keys = keysOf(WEBHOOK_SECRET);

/** X-Signature alone can be sent again by whoever has seen it. */
const isGenuine = (request) => isSigned({ ...request, keys }) && hasBodySignature({ ...request, keys });

async function handle({ event, screenshot_id: id, image_url: url, error }) {
  if (event === 'screenshot.failed') console.log(`${id} failed: ${error}`);
  if (event !== 'screenshot.completed' && event !== 'screenshot.finished') return;
  const [, name] = /\/([0-9a-f-]{36}\.[a-z]+)\?/.exec(url) ?? [];
  if (!name) throw new Error('this is no link to an image');
  await download({ url, folder: SAVE_TO, name });
}

serve({ port: PORT, folder: SAVE_TO, isGenuine, handle });
