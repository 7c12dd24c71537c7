import { type DestinationStream, type Logger, pino } from 'pino';
import { describeError } from './describe-error.ts';

export type { Logger } from 'pino';

/** What is never written, wherever it is up to three levels deep. */
const secretNames = ['authorization', 'cookie', 'password', 'secret', 'secretKey', 'accessKey', 'apiKey', 'token'];
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

interface LoggerParts {
  /** Who is talking, on every line. */
  service: string;
  /** The least level that is written, of fatal, error, warn, info, debug, trace; or silent. */
  level: string;
  /** Where the lines go; standard output unless given. */
  destination?: DestinationStream;
}

/**
 * The one logger of a process: a JSON object a line, with `time` as ISO 8601 and `level` as a word.
 * A part takes a child of it: `log.child({ part: 'relay' })`. Errors go under `err`, and are written with their causes.
 */
export function createLogger({ service, level, destination }: LoggerParts): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: { paths: secretPaths, censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
