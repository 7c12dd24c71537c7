import { once } from 'node:events';
import { CannotStart } from './cannot-start.ts';
import { checkSettings } from './check-settings.ts';
import { installPrerequisites } from './prerequisites.ts';
import { startStack } from './stack.ts';

const log = (line: string) => console.error(line);
const leaving = new AbortController();
const forced = new AbortController();
let askedMs = 0;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // One wish may arrive twice: from the terminal, and handed on by make.
    if (leaving.signal.aborted && performance.now() - askedMs > 1_000) forced.abort();
    if (leaving.signal.aborted) return;
    askedMs = performance.now();
    log('Shotwire is closing; once more to end it at once.');
    leaving.abort();
  });
}

try {
  checkSettings(process.env);
  installPrerequisites({ env: process.env, log });
  await using stack = await startStack({
    home: process.env.SHOTWIRE_HOME || '.shotwire',
    env: process.env,
    port: Number(process.env.PORT || 8080),
    log,
    signal: leaving.signal,
    force: forced.signal,
  });
  console.log(`Shotwire is ready at ${stack.url}`);
  console.log(
    `curl -sS ${stack.url}/api/v1/screenshots -H 'Authorization: Bearer ${stack.apiKey}' -H 'Content-Type: application/json' -d '{"url":"https://example.com"}'`,
  );
  if (!leaving.signal.aborted) await once(leaving.signal, 'abort');
} catch (thrown) {
  if (!leaving.signal.aborted) {
    log(sentenceOf(thrown));
    process.exitCode = 1;
  }
}

function sentenceOf(thrown: unknown): string {
  if (thrown instanceof CannotStart) return thrown.message;
  if (!(thrown instanceof Error)) return `Shotwire cannot start: ${thrown}`;
  // The system's own errors name the file and what is wrong with it; where in the code it was met tells nobody more.
  return `Shotwire cannot start: ${'syscall' in thrown ? thrown.message : thrown.stack}`;
}
