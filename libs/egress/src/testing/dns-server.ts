import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** The addresses of one name. `silent`: the server never answers for it. */
export interface DnsRecord {
  a?: string[];
  aaaa?: string[];
  silent?: boolean;
}

/** A DNS server on a loopback port, for tests. */
export interface DnsServer extends AsyncDisposable {
  /** For `DNS_SERVERS`. */
  readonly address: string;
  /** What it answers, by name in lower case; may be changed at any time. A name that is not here does not exist. */
  readonly records: Record<string, DnsRecord>;
  /** The names it was asked for, in order, once per question. */
  readonly questions: string[];
  close(): Promise<void>;
}

const [typeA, typeAaaa] = [1, 28];
// Long, so that a cache where there should be none shows.
const ttlS = 60;

/** Starts a real DNS server over UDP that knows just the given names. */
export async function startDnsServer(records: Record<string, DnsRecord>): Promise<DnsServer> {
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = readQuestion(query);
    questions.push(name);
    const record = records[name];
    if (!record?.silent) socket.send(reply(query.subarray(0, end), type, record), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');

  async function close(): Promise<void> {
    socket.close();
    await once(socket, 'close');
  }
  return { address: `127.0.0.1:${socket.address().port}`, records, questions, close, [Symbol.asyncDispose]: close };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function reply(headerAndQuestion: Buffer, type: number, record: DnsRecord | undefined): Buffer {
  const ipv4 = type === typeA ? (record?.a ?? []).map((address) => Buffer.from(address.split('.').map(Number))) : [];
  const ipv6 = type === typeAaaa ? (record?.aaaa ?? []).map(ipv6Bytes) : [];
  const answers = [...ipv4, ...ipv6].map((bytes) => {
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0); // The name is the question's.
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(ttlS, 6);
    head.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([head, bytes]);
  });
  const message = Buffer.concat([headerAndQuestion, ...answers]);
  message.writeUInt16BE(0x8180 | (record ? 0 : 3), 2); // An answer; without a record, NXDOMAIN.
  message.writeUInt16BE(answers.length, 6);
  message.fill(0, 8, 12);
  return message;
}

function ipv6Bytes(address: string): Buffer {
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [groups(left), groups(right ?? '')];
  const words = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 255]));
}
