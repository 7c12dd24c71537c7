import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { corpusOf } from '../cases/corpus.ts';
import { answer } from './answer.ts';
import { startNameServer } from './name-server.ts';
import { type Place, systemDns } from './place.ts';
import { zoneOf } from './zone.ts';

/** Which victims: those on the camera's own machine, or those on the private network beyond it. */
type Where = 'loopback' | 'inside';

const { place, where } = JSON.parse(process.argv[2] ?? '') as { place: Place; where: Where };
const run = promisify(execFile);
const cases = corpusOf(place);
const ports = new Set<number>();

async function listen(port: number, host: string): Promise<void> {
  const server = createServer((socket) => {
    ports.add(port);
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.end('HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', () => ports.add(port));
  socket.bind(port, host);
  await once(socket, 'listening');
}

const hosts = place.namespaces ? ['::'] : ['127.0.0.1', '::1'];
for (const { port } of cases) await Promise.all(hosts.map((host) => listen(port, host)));
const names = where === 'inside' ? await startNameServer(zoneOf(cases), { host: systemDns, port: 53 }) : undefined;

/**
 * What leaves the camera's machine towards the private network, and what is said on its loopback: the camera and its proxies
 * speak TCP on ports that the system chose, nothing else has any business there.
 */
const meters = [
  ['-o', 'lan', '-p', 'tcp'],
  ['-o', 'lan', '-p', 'udp'],
  ['-o', 'lo', '-p', 'udp'],
  ['-o', 'lo', '-p', 'tcp', '--dport', '1:30000'],
];
const tools = ['iptables', 'ip6tables'];
const metered = where === 'loopback' && place.namespaces && (await layMeters());

async function layMeters(): Promise<boolean> {
  try {
    for (const tool of tools) for (const meter of meters) await run(tool, ['-w', '-A', 'OUTPUT', ...meter]);
    return true;
  } catch {
    return false;
  }
}

const answers = {
  /** Ports that were reached, and names that were asked for, since the last time this was asked. */
  hits: () => {
    const hits = { ports: [...ports], names: [...(names?.questions ?? [])] };
    ports.clear();
    names?.forget();
    return hits;
  },
  /** Packets sent to victims so far; undefined where they cannot be counted. */
  packets: async (): Promise<number | undefined> => {
    if (!metered) return undefined;
    const lists = await Promise.all(tools.map((tool) => run(tool, ['-w', '-nvxL', 'OUTPUT'])));
    const counts = lists.flatMap(({ stdout }) =>
      stdout
        .trim()
        .split('\n')
        .slice(2)
        .map((line) => Number.parseInt(line, 10)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  },
};
export type VictimAnswers = typeof answers;

answer(answers);
