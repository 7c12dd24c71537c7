import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { ChildPlan } from './keep-running.ts';
import { textLines } from './log-file.ts';
import type { State } from './state.ts';

/** The nats-server of one stack, and where it is reached. */
export interface NatsPlan extends ChildPlan {
  readonly url: string;
}

/** Plans the nats-server of a stack: JetStream kept in the home folder, a token, loopback only. */
export function planNats({ state, port, program }: { state: State; port: number; program: string }): NatsPlan {
  const config = state.path('nats', 'nats-server.conf');
  return {
    name: 'nats',
    url: `nats://${state.secrets.natsToken}@127.0.0.1:${port}`,
    async prepare() {
      mkdirSync(state.path('nats'), { recursive: true, mode: 0o700 });
      const settings = {
        server_name: 'shotwire',
        host: '127.0.0.1',
        port,
        authorization: { token: state.secrets.natsToken },
        jetstream: { store_dir: state.path('nats') },
      };
      // Its configuration language reads JSON too, and quotes need no thought that way.
      writeFileSync(config, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    },
    spawn: () => spawn(program, ['--config', config], { env: {}, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }),
    isReady: (_pid, signal) => greets(port, signal),
    readLine: textLines('nats', (line) => {
      const [, severity, message] = /\[(INF|WRN|ERR|FTL|DBG|TRC)\] (.*)$/.exec(line) ?? [];
      return { level: levels[severity ?? ''] ?? 'info', message: message ?? line };
    }),
    endSignal: 'SIGTERM',
    patienceMs: 1_500,
  };
}

const levels: Record<string, 'warn' | 'error'> = { WRN: 'warn', ERR: 'error', FTL: 'error' };

/** A nats-server says who it is to everyone who connects; JetStream is up before it listens. */
async function greets(port: number, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', signal });
  try {
    const [greeting] = await once(socket, 'data', { signal });
    return String(greeting).startsWith('INFO ');
  } finally {
    socket.destroy();
  }
}
