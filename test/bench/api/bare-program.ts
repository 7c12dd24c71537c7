import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { fastify } from 'fastify';
import { Pool } from 'pg';

/** What the program is started with, as JSON. */
export interface BareParts {
  databaseUrl: string;
  /** What its other server streams. */
  file: string;
}

/** What it says when it is open. */
export interface BareOpen {
  port: number;
  streamPort: number;
}

const { databaseUrl, file } = JSON.parse(process.argv[2] ?? '') as BareParts;
// As many connections as a service of ours has.
const pool = new Pool({ connectionString: databaseUrl, max: 10 });
await pool.query(`
  create schema if not exists bare;
  create table if not exists bare.screenshots (
    id uuid primary key default gen_random_uuid(),
    url text not null,
    options jsonb not null,
    created_at timestamptz not null default now()
  )`);

const app = fastify();
const body = { type: 'object', required: ['url'], properties: { url: { type: 'string', maxLength: 2048 } } };
app.post<{ Body: { url: string } }>('/screenshots', { schema: { body } }, async ({ body: { url, ...options } }, reply) => {
  const insert = 'insert into bare.screenshots (url, options) values ($1, $2) returning id, created_at';
  const { rows } = await pool.query({ name: 'insert', text: insert, values: [url, JSON.stringify(options)] });
  return reply.code(202).send({ id: rows[0].id, status: 'pending', url, options, created_at: rows[0].created_at });
});
await app.listen({ host: '127.0.0.1', port: 0 });

const stream = createServer(async (_, response) => {
  const { size } = await stat(file);
  response.writeHead(200, { 'content-type': 'image/png', 'content-length': size });
  await pipeline(createReadStream(file), response).catch(() => response.destroy());
});
stream.listen(0, '127.0.0.1', () => {
  process.send?.({ port: portOf(app.server), streamPort: portOf(stream) } satisfies BareOpen);
});
process.once('disconnect', () => process.exit());

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}
