import type { Reader } from './read.ts';

/** Which of ours an id of theirs names. */
export type Named = { number: bigint } | { id: string };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id: a number, as theirs are, or one of ours, which webhooks have. */
export const named: Reader<Named> = (sent) => {
  const text = typeof sent === 'string' || typeof sent === 'number' ? String(sent) : '';
  // Postgres gives no greater numbers, and none of more digits is less.
  if (/^[1-9]\d{0,17}$/.test(text)) return { value: { number: BigInt(text) } };
  return uuid.test(text) ? { value: { id: text } } : { problem: 'must be an id, such as 1001' };
};
