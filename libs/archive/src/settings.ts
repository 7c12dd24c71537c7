import { url } from '@shotwire/config';
import { archivePlace } from './archive-place.ts';

const archiveUrl = url('ARCHIVE_URL', ['file:', 'http:', 'https:'], {
  secret: true,
  says: 'Object storage: http(s)://KEY:SECRET@HOST:PORT/BUCKET?region=REGION for an S3 store, file:///FOLDER for a folder.',
});

/** Where images are kept. */
export const archiveSettings = {
  archiveUrl: {
    ...archiveUrl,
    allowed: 'http(s)://KEY:SECRET@HOST:PORT/BUCKET?region=REGION or file:///FOLDER',
    parse: (text: string) => {
      const parsed = archiveUrl.parse(text);
      return parsed && archivePlace(parsed) ? parsed : undefined;
    },
  },
};
