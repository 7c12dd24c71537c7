import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** One resource record to answer with; its time to live is 0, so that nobody may keep it. */
export type Answered = { readonly cname: string } | { readonly a: string } | { readonly aaaa: string };

/** What a name answers: the n-th question for addresses of one family gets the n-th list, later ones the last. */
export type Zone = Readonly<Record<string, readonly (readonly Answered[])[]>>;

const types = { a: 1, cname: 5, aaaa: 28 } as const;

/** An authoritative DNS server over UDP; gives the questions as they come in. A name that is not in the zone does not exist. */
export async function startNameServer(zone: Zone, { host, port }: { host: string; port: number }) {
  const questions: string[] = [];
  const rounds = new Map<string, number>();
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    questions.push(name);
    const round = rounds.get(`${name} ${type}`) ?? 0;
    rounds.set(`${name} ${type}`, round + 1);
    const lists = zone[name];
    const answers = lists?.[Math.min(round, lists.length - 1)];
    socket.send(reply(query.subarray(0, end), type, answers), from.port, from.address);
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  const forget = () => {
    questions.length = 0;
    rounds.clear();
  };
  return { questions, forget };
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

function reply(headerAndQuestion: Buffer, type: number, answers: readonly Answered[] | undefined): Buffer {
  const records: Buffer[] = [];
  let owner = Buffer.from([0xc0, 0x0c]);
  for (const answered of answers ?? []) {
    if ('cname' in answered) {
      const target = wireName(answered.cname);
      records.push(record(owner, types.cname, target));
      owner = target;
    } else if ('a' in answered && type === types.a) {
      records.push(record(owner, types.a, Buffer.from(answered.a.split('.').map(Number))));
    } else if ('aaaa' in answered && type === types.aaaa) {
      records.push(record(owner, types.aaaa, ipv6Bytes(answered.aaaa)));
    }
  }
  const message = Buffer.concat([headerAndQuestion, ...records]);
  message.writeUInt16BE(0x8580 | (answers ? 0 : 3), 2); // Authoritative; without a record, NXDOMAIN.
  message.writeUInt16BE(records.length, 6);
  message.fill(0, 8, 12);
  return message;
}

function record(owner: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, head, data]);
}

function wireName(name: string): Buffer<ArrayBuffer> {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function ipv6Bytes(address: string): Buffer {
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [groups(left), groups(right ?? '')];
  const words = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 255]));
}
