import { component, shape, text } from '../openapi/json-schema.ts';
import { type GoodAnswer, operation } from '../openapi/operation.ts';
import { listSchema, rowListSchema } from './list-schema.ts';
import { commonSchema } from './schema.ts';

const tag = 'batches' as const;

/** Names a batch in a path. */
const byId = shape({ id: { ...text, description: 'The id of a batch.' } });

const one: Record<number, GoodAnswer> = { 200: { says: 'The batch.', body: 'Batch' } };
const made: Record<number, GoodAnswer> = {
  202: { says: 'All of it is committed, and will reach an end.', body: 'Batch', headers: { location: 'Where the batch is.' } },
};
const sameness = {
  'idempotency-key': 'Another request with the same key and body within 24 hours is answered with the same batch. 1 to 255 characters.',
};
/** What keeps a key, or an account, from so many more captures. */
const spent = ['domain_not_allowed', 'quota_exceeded', 'account_full', 'queue_full', 'idempotency_conflict'] as const;

/** What the routes of batches take, answer and say of themselves. */
export const operations = {
  create: operation({
    id: 'createBatch',
    tag,
    summary: 'Take many screenshots',
    description:
      'Rows come as JSON, as a table (CSV, whose first row names the options, `url` among them), as a text with a URL on each line, or as ' +
      'a file with either. What holds for all rows lies beside them: in the JSON, in the query beside a table or a text, in the fields of ' +
      'the form beside a file. All rows are accepted or none.',
    headers: sameness,
    bodies: {
      'application/json': component('BatchRequest'),
      'text/csv': { type: 'string', description: 'Up to 10,000 rows below the names of the options.' },
      'text/plain': { type: 'string', description: 'A URL on each line; lines that are empty or begin with # mean nothing.' },
      'multipart/form-data': {
        type: 'object',
        required: ['file'],
        properties: { file: { type: 'string', contentMediaType: 'application/octet-stream', description: 'A .csv or a .txt file.' } },
        additionalProperties: { type: 'string', description: 'What holds for all rows, by its name.' },
      },
    },
    query: commonSchema,
    good: made,
    refuses: ['blocked_url', 'video_unavailable', ...spent],
  }),
  list: operation({
    id: 'listBatches',
    tag,
    summary: 'List batches, newest first',
    query: listSchema,
    good: { 200: { says: 'A page of them.', body: 'BatchList' } },
  }),
  get: operation({ id: 'getBatch', tag, summary: 'Get a batch, and how far it is', params: byId, good: one }),
  rows: operation({
    id: 'listBatchRows',
    tag,
    summary: 'List the screenshots of a batch, in the order of its rows',
    params: byId,
    query: rowListSchema,
    good: { 200: { says: 'A page of them.', body: 'ScreenshotList' } },
  }),
  download: operation({
    id: 'downloadBatch',
    tag,
    summary: 'Get all results of a batch as a ZIP',
    description: 'Once it has ended. `manifest.json`, at its end, says what became of each row and which files are its own.',
    params: byId,
    good: {
      200: {
        says: 'The ZIP, made while it is sent: one that breaks off is not whole.',
        bytes: ['application/zip'],
        headers: { 'content-disposition': 'A name for the file.' },
      },
    },
    refuses: ['not_ended', 'storage_failed'],
  }),
  cancel: operation({
    id: 'cancelBatch',
    bodyless: true,
    tag,
    summary: 'Take back what has not ended of a batch',
    params: byId,
    good: one,
    refuses: ['already_ended'],
  }),
  replay: operation({
    id: 'replayBatch',
    bodyless: true,
    tag,
    summary: 'Take the rows of a batch that failed once more',
    description: 'A new batch, of these rows with the same options.',
    headers: sameness,
    params: byId,
    good: made,
    refuses: ['not_ended', 'nothing_to_replay', 'wish_gone', 'validation_error', ...spent],
  }),
};
