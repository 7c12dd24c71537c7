import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs';

/** A line that a child said, understood as far as possible. */
export interface SaidLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** For a person: the message, with the error's if there is one. */
  readonly message: string;
  /** The line as JSON, as it goes into the file. */
  readonly json: string;
}

/** Reads one line of a child. */
export type LineReader = (text: string) => SaidLine;

const MAX_BYTES = 20 * 1024 * 1024;

/** Appends lines to a file; when it has grown past 20 MiB it becomes FILE.1, in place of the one before. */
export function openLogFile(path: string): (line: string) => void {
  let bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return (line) => {
    if (bytes > MAX_BYTES) {
      rmSync(`${path}.1`, { force: true });
      renameSync(path, `${path}.1`);
      bytes = 0;
    }
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
    bytes += Buffer.byteLength(line) + 1;
  };
}

/** Makes a reader for a program that logs text: `levelOf` finds the level and the message in a line. */
export function textLines(service: string, levelOf: (text: string) => Pick<SaidLine, 'level' | 'message'>): LineReader {
  return (text) => {
    const { level, message } = levelOf(text);
    return { level, message, json: JSON.stringify({ level, time: new Date().toISOString(), service, msg: message }) };
  };
}

interface ServiceLine {
  level: string;
  msg?: string;
  err?: { message?: string };
  error?: { message?: string };
}

/** Reads the JSON lines of a service; anything else it says, such as a stack trace, counts as an error. */
export function serviceLines(service: string): LineReader {
  const plain = textLines(service, (message) => ({ level: 'error', message }));
  return (text) => {
    const line = parseServiceLine(text);
    if (!line) return plain(text);
    const why = line.err?.message ?? line.error?.message;
    return { level: levels[line.level] ?? 'error', message: [line.msg, why].filter(Boolean).join(': '), json: text };
  };
}

const levels: Record<string, SaidLine['level']> = { trace: 'debug', debug: 'debug', info: 'info', warn: 'warn' };

function parseServiceLine(text: string): ServiceLine | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'level' in parsed ? (parsed as ServiceLine) : undefined;
  } catch {
    return undefined;
  }
}
