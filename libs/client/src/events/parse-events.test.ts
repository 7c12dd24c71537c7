import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvents } from './parse-events.ts';

const text =
  '\uFEFFid: 1\rdata: ä€😀\r\r\ndata:x\ndata: y\nfield\n: comment\n\nevent: other\n\nid: 2\r\nevent: e\r\ndata\r\n\r\ndata: cut off';
const events = [
  { id: '1', type: 'message', data: 'ä€😀' },
  { id: '1', type: 'message', data: 'x\ny' },
  { id: '2', type: 'e', data: '' },
];

/** The events of bytes that come in pieces of this size. */
async function parsed(size: number): Promise<object[]> {
  const bytes = new TextEncoder().encode(text);
  const seen = [];
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  for await (const { id, type, data } of parseEvents(pieces())) seen.push({ id, type, data });
  return seen;
}

test('however the bytes are cut, the events are the same', async () => {
  for (const size of [1, 2, 3, 5, 7, 1000]) assert.deepEqual(await parsed(size), events, `pieces of ${size}`);
});
