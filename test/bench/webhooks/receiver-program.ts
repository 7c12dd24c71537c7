import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';

/** What the program is told, and what it says. */
export type Told = 'take' | 'leave';
export type Said = { kind: 'open'; port: number; deadPort: number } | { kind: 'arrivals'; arrivals: [path: string, atMs: number][] };

let arrivals: [path: string, atMs: number][] = [];
const say = (said: Said) => process.send?.(said);

const server = createServer((request, response) => {
  arrivals.push([request.url ?? '', performance.timeOrigin + performance.now()]);
  request.resume().on('end', () => response.writeHead(200).end());
});
// Takes connections and says nothing, ever.
const dead = createTcpServer((socket) => socket.on('error', () => undefined));

for (const one of [server, dead]) {
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
}
process.on('message', (told: Told) => {
  if (told === 'leave') process.exit();
  say({ kind: 'arrivals', arrivals });
  arrivals = [];
});
process.once('disconnect', () => process.exit());
say({ kind: 'open', port: (server.address() as AddressInfo).port, deadPort: (dead.address() as AddressInfo).port });
