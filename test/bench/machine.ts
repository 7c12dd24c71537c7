import { execFile } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** Where a measurement without a browser was made, one fact a line. */
export function describeProcessors(): string[] {
  const [processor] = cpus();
  const [load = 0] = loadavg();
  return [
    `${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory; Node ${process.version}`,
    `load average before the run: ${load.toFixed(2)}`,
  ];
}

/** Where a measurement was made, one fact a line. */
export async function describeMachine(chromePath: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(chromePath, ['--version'], { timeout: 30_000, env: {} });
  const [processor] = cpus();
  const [load = 0] = loadavg();
  return [
    `${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory`,
    `${stdout.trim()}; Node ${process.version}`,
    `load average before the run: ${load.toFixed(2)}`,
  ];
}
