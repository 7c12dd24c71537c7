import { url } from '@shotwire/config';

/** Where images are kept. */
export const archiveSettings = {
  archiveUrl: url('ARCHIVE_URL', ['file:', 'http:', 'https:'], {
    secret: true,
    says: 'Object storage: http(s)://KEY:SECRET@HOST:PORT/BUCKET?region=REGION for an S3 store, file:///FOLDER for a folder.',
  }),
};
