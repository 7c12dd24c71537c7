import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/** Another user of this system. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user that Postgres runs as, since it refuses root; made if it is not there. Undefined where this process is not root:
 * then Postgres runs as the same user.
 */
export function postgresUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = lookUp();
  if (found) return found;
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
    timeout: 10_000,
  });
  const made = lookUp();
  if (!made) throw new Error('useradd made no user postgres.');
  return made;
}

function lookUp(): User | undefined {
  const ask = (what: string) => spawnSync('id', [what, 'postgres'], { encoding: 'utf8', timeout: 5_000 });
  const [uid, gid] = [ask('-u'), ask('-g')];
  return uid.status === 0 && gid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
}

/** Gives a file or folder to a user. */
export function giveTo(user: User | undefined, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

interface Command {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/**
 * Spawns a program as another user, in a session of its own. Below a folder that only root may enter (a clone in /root) that
 * user would find neither the program nor its data; there it keeps, of all that root may, the right to pass such folders.
 */
export function spawnAs(user: User | undefined, { command, args, env, cwd }: Command) {
  const options = { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
  if (!user) return spawn(command, args, options);
  if (mayReach(user, [command, cwd])) return spawn(command, args, { ...options, ...user });
  const asUser = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  // dac_read_search would do, but a container's root often lacks it. access(2) heeds neither without no_setuid_fixup.
  const rights = [
    '--securebits=+no_setuid_fixup',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=+dac_override',
    '--bounding-set=-all,+dac_override',
  ];
  return spawn('setpriv', [...asUser, ...rights, command, ...args], options);
}

function mayReach(user: User, paths: readonly string[]): boolean {
  return paths.every((path) => spawnSync('test', ['-x', path], { ...user, cwd: '/', timeout: 5_000 }).status === 0);
}
