import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inside, systemDns } from './place.ts';

/** The rooms of a town: the camera's machine, what is private beyond it, and the public web. */
export type Room = 'camera' | 'inside' | 'outside';

/** Three network namespaces with a link between the camera's and each other, and none to anywhere else. */
export interface Namespaces extends AsyncDisposable {
  /** The command that runs a program in a room. */
  enter(room: Room): readonly string[];
}

const run = promisify(execFile);
const IP_MS = 10_000;

/** Makes the namespaces; a string is the reason why that is not possible here. */
export async function makeNamespaces(): Promise<Namespaces | string> {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const suffix = `${process.pid}-${randomBytes(3).toString('hex')}`;
  const names: Record<Room, string> = { camera: `guard-cam-${suffix}`, inside: `guard-in-${suffix}`, outside: `guard-out-${suffix}` };
  await using making = new AsyncDisposableStack();
  try {
    await removeOrphans();
    for (const name of Object.values(names)) {
      await run('ip', ['netns', 'add', name], { timeout: IP_MS });
      making.defer(() => removeNamespace(name));
    }
    await batch(undefined, links(names));
    for (const room of ['camera', 'inside', 'outside'] as const) await batch(names[room], plans[room]);
  } catch (thrown) {
    return `network namespaces cannot be made here: ${thrown instanceof Error ? thrown.message.trim() : thrown}`;
  }
  const folder = await mkdtemp(join(tmpdir(), 'guard-'));
  making.defer(() => rm(folder, { recursive: true, force: true }));
  const resolvConf = join(folder, 'resolv.conf');
  await writeFile(resolvConf, `nameserver ${systemDns}\n`);
  const made = making.move();
  return {
    // `ip netns exec` gives a mount namespace too, so nobody else sees this resolv.conf.
    enter: (room) => ['ip', 'netns', 'exec', names[room], 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolvConf],
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

const macs = {
  lanCamera: '02:00:00:00:00:01',
  lanInside: '02:00:00:00:00:02',
  wanCamera: '02:00:00:00:00:03',
  wanOutside: '02:00:00:00:00:04',
};

const links = ({ camera, inside: private_, outside }: Record<Room, string>) => [
  `link add lan netns ${camera} address ${macs.lanCamera} type veth peer name lan netns ${private_} address ${macs.lanInside}`,
  `link add wan netns ${camera} address ${macs.wanCamera} type veth peer name wan netns ${outside} address ${macs.wanOutside}`,
];

/** All neighbours are known, so that not a packet goes out to look for them. */
const neighbour = (address: string, mac: string, link: string) => `neigh add ${address} lladdr ${mac} dev ${link} nud permanent`;

/** The camera's way to everything but the public web leads inside, where a machine answers to every address there is. */
const plans: Readonly<Record<Room, readonly string[]>> = {
  camera: [
    'link set lo up',
    'link set lan up',
    'link set wan up',
    'addr add 10.66.0.2/24 dev lan',
    'addr add fd66::2/64 dev lan nodad',
    'addr add 93.184.216.2/24 dev wan',
    'addr add 2606:2800:220:1::2/64 dev wan nodad',
    ...['10.66.0.1', inside.v4, systemDns, 'fd66::1', inside.v6].map((address) => neighbour(address, macs.lanInside, 'lan')),
    ...['93.184.216.34', '2606:2800:220:1::34'].map((address) => neighbour(address, macs.wanOutside, 'wan')),
    'route add default via 10.66.0.1 dev lan',
    'route add default via fd66::1 dev lan',
  ],
  inside: [
    'link set lo up',
    'link set lan up',
    ...['10.66.0.1', inside.v4, systemDns].map((address) => `addr add ${address}/24 dev lan`),
    ...['fd66::1', inside.v6].map((address) => `addr add ${address}/64 dev lan nodad`),
    neighbour('10.66.0.2', macs.lanCamera, 'lan'),
    neighbour('fd66::2', macs.lanCamera, 'lan'),
    'route add local 0.0.0.0/0 dev lo table main',
    'route add local ::/0 dev lo table main',
  ],
  outside: [
    'link set lo up',
    'link set wan up',
    'addr add 93.184.216.34/24 dev wan',
    'addr add 2606:2800:220:1::34/64 dev wan nodad',
    neighbour('93.184.216.2', macs.wanCamera, 'wan'),
    neighbour('2606:2800:220:1::2', macs.wanCamera, 'wan'),
  ],
};

async function batch(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  const child = spawn('ip', [...(namespace ? ['-n', namespace] : []), '-batch', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: IP_MS,
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  child.stdin.end(`${lines.join('\n')}\n`);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ip says: ${said}`);
}

/** Ends whatever still runs in a namespace, then removes it. */
async function removeNamespace(name: string): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'pids', name], { timeout: IP_MS });
  for (const pid of stdout.split('\n').filter(Boolean).map(Number)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  await run('ip', ['netns', 'delete', name], { timeout: IP_MS });
}

/** Removes the namespaces of tests that were killed before they could. */
async function removeOrphans(): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'list'], { timeout: IP_MS });
  for (const [name, , pid] of stdout.matchAll(/^guard-(cam|in|out)-(\d+)-[0-9a-f]{6}/gm)) {
    if (!existsSync(`/proc/${pid}`)) await removeNamespace(name);
  }
}
