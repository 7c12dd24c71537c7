import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Settings } from '@shotwire/config';
import type { ChildPlan } from './keep-running.ts';
import { serviceLines } from './log-file.ts';

interface ServiceParts {
  name: string;
  /** The file that Node runs. */
  entry: string;
  /** Its whole environment. */
  env: Readonly<Record<string, string>>;
  /** Node's own switches. */
  flags: readonly string[];
  /** Where it answers /readyz. */
  metricsPort: number;
  /** How long it may take to leave. */
  patienceMs: number;
}

/** Plans one of our services: a Node process that leaves when this one does, since its IPC channel closes then. */
export function planService({ name, entry, env, flags, metricsPort, patienceMs }: ServiceParts): ChildPlan {
  return {
    name,
    prepare: () => fillCompileCache(entry, flags, env.NODE_COMPILE_CACHE),
    spawn: () => spawn(process.execPath, [...flags, entry], { env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }),
    async isReady(_pid, signal) {
      const { ok } = await fetch(`http://127.0.0.1:${metricsPort}/readyz`, { signal });
      return ok;
    },
    readLine: serviceLines(name),
    endSignal: 'SIGTERM',
    patienceMs,
  };
}

interface EnvironmentParts {
  /** What the person who starts the stack has set. */
  given: Readonly<Record<string, string | undefined>>;
  /** The service's table: nothing else that is given reaches it. */
  settings: Settings;
  /** What the stack decides, whatever was given. */
  decided: Readonly<Record<string, string>>;
}

/** Every child's: where programs and certificates are. None of it is secret. */
const COMMON = ['PATH', 'HOME', 'NODE_EXTRA_CA_CERTS'];

/** The environment of a service: the given settings of its own table, what the stack decides, and no more. */
export function serviceEnvironment({ given, settings, decided }: EnvironmentParts): Record<string, string> {
  const own = Object.values(settings).map((setting) => setting.env);
  const taken = [...COMMON, ...own].flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  return {
    ...Object.fromEntries(taken),
    ...Object.fromEntries(
      Object.entries(decided).filter(([name]) => own.includes(name) || ['TMPDIR', 'NODE_COMPILE_CACHE'].includes(name)),
    ),
  };
}

/**
 * Compiles a service before it runs for the first time: it starts, finds no settings, and ends. One that compiles itself
 * keeps the compiler of TypeScript in memory for as long as it runs.
 */
async function fillCompileCache(entry: string, flags: readonly string[], folder: string | undefined): Promise<void> {
  if (!folder || existsSync(folder)) return;
  const compiling = spawn(process.execPath, [...flags, entry], { env: { NODE_COMPILE_CACHE: folder }, stdio: 'ignore' });
  await once(compiling, 'exit');
}
