import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** The addresses of one name. `silent`: the server never answers for it. */
export interface DnsRecord {
  a?: string[];
  aaaa?: string[];
  /** Another name, whose addresses follow in the same answer. */
  cname?: string;
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

const [typeA, typeCname, typeAaaa] = [1, 5, 28];
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
    const target = record?.cname === undefined ? undefined : { name: record.cname, ...records[record.cname] };
    if (!record?.silent) socket.send(reply(query.subarray(0, end), type, record, target), port, address);
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

function reply(headerAndQuestion: Buffer, type: number, record: DnsRecord | undefined, target?: DnsRecord & { name: string }): Buffer {
  // The name of an answer is the question's, or what a CNAME said.
  const own = Buffer.of(0xc0, 0x0c);
  const addresses = target
    ? addressesOf(target, type).map((bytes) => resource(encodeName(target.name), type, bytes))
    : addressesOf(record, type).map((bytes) => resource(own, type, bytes));
  const answers = target ? [resource(own, typeCname, encodeName(target.name)), ...addresses] : addresses;
  const message = Buffer.concat([headerAndQuestion, ...answers]);
  message.writeUInt16BE(0x8180 | (record ? 0 : 3), 2); // An answer; without a record, NXDOMAIN.
  message.writeUInt16BE(answers.length, 6);
  message.fill(0, 8, 12);
  return message;
}

function addressesOf(record: DnsRecord | undefined, type: number): Buffer[] {
  if (type === typeA) return (record?.a ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
  return type === typeAaaa ? (record?.aaaa ?? []).map(ipv6Bytes) : [];
}

function resource(name: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(ttlS, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([name, head, data]);
}

function encodeName(name: string): Buffer {
  return Buffer.concat([...name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])), Buffer.of(0)]);
}

function ipv6Bytes(address: string): Buffer {
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [groups(left), groups(right ?? '')];
  const words = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 255]));
}
