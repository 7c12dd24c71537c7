import type { Bare } from './bare.ts';
import type { Hall } from './hall.ts';
import { type Asked, askAtOnce, askEvenly } from './load.ts';

/** Creates a second of either side. */
export interface Round {
  bare: number;
  shotwire: number;
}

interface CreateParts {
  hall: Hall;
  signal: AbortSignal;
}

/** Requests at once, on either side. */
export const atOnce = 64;

const body = JSON.stringify({
  url: 'https://example.com/a/page?of=some&length=1',
  width: 1440,
  full_page: true,
  format: 'webp',
  quality: 85,
});
const json = { 'content-type': 'application/json' };

const createOf = ({ url, headers }: Hall): Asked => ({
  url: `${url}/api/v1/screenshots`,
  method: 'POST',
  headers: { ...headers, ...json },
  body,
  status: 202,
});

/** The same wish over and over, to the bare server and then to Shotwire. */
export async function measureRound({ hall, bare, creates, signal }: CreateParts & { bare: Bare; creates: number }): Promise<Round> {
  const load = { requests: creates, width: atOnce, signal };
  const insert: Asked = { url: `${bare.url}/screenshots`, method: 'POST', headers: json, body, status: 202 };
  const ofBare = await askAtOnce({ ...load, asked: insert });
  await hall.empty();
  return { bare: ofBare, shotwire: await askAtOnce({ ...load, asked: createOf(hall) }) };
}

/** Milliseconds of each create at an even rate. */
export async function measureWaits({ hall, signal, perSecond, seconds }: CreateParts & { perSecond: number; seconds: number }) {
  await hall.empty();
  return askEvenly({ asked: createOf(hall), requests: perSecond * seconds, perSecond, signal });
}
