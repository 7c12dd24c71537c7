import type { ServerResponse } from 'node:http';
import { type Came, openServer } from '../server.fixture.ts';

interface Row {
  id: string;
  status: string;
  url: string;
  batch_row: number;
  error?: { code: string; message: string };
}

interface Wish {
  /** What becomes of a row at the n-th look at its batch, from 1; by default all have completed at the second look. */
  fate?: (row: Row, look: number) => string;
  /** Rows on a page. */
  pageSize?: number;
}

/** A server that keeps batches as the API describes them: by their Idempotency-Key, in pages, with an image for each row that completed. */
export async function openBatches({ fate = (_, look) => (look > 1 ? 'completed' : 'pending'), pageSize = 2 }: Wish = {}) {
  const batches = new Map<string, { rows: Row[]; looks: number }>();
  const hooks = { onImage: (_response: ServerResponse, _url: string): boolean => false };

  const countsOf = (id: string) => {
    const { rows } = batches.get(id) ?? { rows: [] };
    const [completed, failed] = ['completed', 'failed'].map((status) => rows.filter((row) => row.status === status).length) as [
      number,
      number,
    ];
    const isOver = completed + failed === rows.length;
    const status = !isOver ? 'processing' : completed > 0 ? 'completed' : 'failed';
    return { id, status, total: rows.length, completed, failed, cancelled: 0 };
  };
  function make({ headers, body }: Came): object {
    const id = `b-${headers['idempotency-key']}`;
    const { requests } = JSON.parse(body) as { requests: { url: string }[] };
    const rows = requests.map(({ url }, index) => ({ id: `${id}.${index}`, status: 'pending', url, batch_row: index + 1 }));
    if (!batches.has(id)) batches.set(id, { rows, looks: 0 });
    return countsOf(id);
  }
  function look(id: string): object {
    const batch = batches.get(id);
    for (const row of batch?.rows ?? []) {
      if (row.status !== 'pending') continue;
      row.status = fate(row, (batch?.looks ?? 0) + 1);
      if (row.status === 'failed') row.error = { code: 'DNS_FAILED', message: 'There is no such host.' };
    }
    if (batch) batch.looks++;
    return countsOf(id);
  }
  function page(id: string, query: URLSearchParams): object {
    const from = Number(query.get('cursor') ?? 0);
    const { rows = [] } = batches.get(id) ?? {};
    return { data: rows.slice(from, from + pageSize), next_cursor: from + pageSize < rows.length ? String(from + pageSize) : null };
  }
  function image(response: ServerResponse, id: string): void {
    const [batch = '', row] = id.split('.');
    const url = batches.get(batch)?.rows[Number(row)]?.url ?? '';
    if (!hooks.onImage(response, url)) response.end(`picture of ${url}`);
  }

  const server = await openServer((response, came) => {
    const { pathname, searchParams } = new URL(came.path, 'http://twin');
    const [, , , kind, id = '', part] = pathname.split('/');
    if (kind === 'screenshots') return image(response, id);
    const json = came.method === 'POST' ? make(came) : part === 'screenshots' ? page(id, searchParams) : look(id);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  return { ...server, batches, hooks, made: () => server.came.filter(({ method }) => method === 'POST') };
}
