import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type ArchiveReader, openArchive } from '@shotwire/archive';
import type { TestStore } from '@shotwire/archive/testing';
import { row } from '@shotwire/postgres';
import { eventually, type Receiver, startReceiver } from '@shotwire/testing';
import { keepS3App, keepWebhookApp } from '../apps.fixture.ts';
import { eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';

/** What is uploaded. */
export const picture = Buffer.from('a picture of a page');

/** What an archive gives that has it. */
export const found = () => Promise.resolve({ body: Readable.from([picture]), size: picture.length, mimeType: 'image/webp' });
const full: ArchiveReader = { get: ({ key }) => (key === 'acme/a.webp' ? found() : Promise.resolve(undefined)) };

/** The bucket at a store's URL, as its owner writes it into an app. */
export const bucketAt = ({ origin, pathname, username, password }: URL) => ({
  endpoint: origin,
  bucket: pathname.slice(1),
  accessKey: username,
  secretKey: password,
});

/** Makes the bucket of a store. MinIO is busy for a moment after it says that it is ready. */
export async function openBucket({ url }: TestStore) {
  const archive = openArchive({ url, log: { warn: () => undefined } });
  await eventually(() => archive.ready());
  return archive;
}

interface Tried {
  state: string;
  number: number;
  outcome: string;
  status: number | null;
  error: string | null;
}

const lastAttempt = `
  select d.state, a.number, a.outcome, a.status, a.error from deliveries d join attempts a on a.delivery_id = d.id
  where d.app_id = :bucket order by a.number desc limit 1`;

/** A courier, a bucket to upload to, and a webhook app that is told of the same screenshot. */
export async function openUploads(values: object, archive: ArchiveReader = full) {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const receiver = opening.use(await startReceiver());
  const courier = opening.use(await openTestCourier({ postgres, archive, graceMs: 0 }));
  const bucket = await keepS3App(postgres, values);
  const webhook = await keepWebhookApp(postgres, { url: receiver.url, events: ['app.upload.finished', 'app.upload.failed'] });
  const rooms = opening.move();
  return {
    postgres,
    receiver,
    courier,
    bucket,
    async upload(template = '') {
      const event = eventOf({ url: receiver.url, apps: { [bucket]: template, [webhook]: '' } });
      if (event.screenshot?.image) event.screenshot.image.key = 'acme/a.webp';
      await courier.keep(event);
      return event.screenshot?.id ?? '';
    },
    /** The last attempt of the upload, once it had so many and none is under way. */
    untilTried: (attempts: number) =>
      eventually(async () => {
        const tried = await postgres.transaction((trx) => row<Tried>(trx, lastAttempt, { bucket }));
        assert.ok(tried?.number === attempts && tried.state !== 'sending');
        return tried;
      }),
    [Symbol.asyncDispose]: () => rooms.disposeAsync(),
  };
}

/** What the app is told of an upload; the webhook_url, which did not ask for it, is told of the screenshot alone. */
export async function newsOf({ requests, until }: Receiver) {
  const upload = (bodies: readonly { type?: string; data: object }[]) => bodies.filter(({ type }) => type?.startsWith('app.upload.'));
  const bodies = () => requests.map(({ body }) => JSON.parse(body.toString()));
  await until(() => upload(bodies()).length === 1 && requests.length === 2);
  const [{ type, data } = assert.fail()] = upload(bodies());
  const { delivery_id: _, ...said } = data as Record<string, unknown>;
  return { type, said };
}
