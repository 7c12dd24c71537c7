/** Where a command writes to, as far as it matters. */
export interface Output {
  write(data: string | Uint8Array): unknown;
  /** Whether a person looks at it. */
  isTTY?: boolean;
  columns?: number;
}

/** What a command has around it. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  stdin: AsyncIterable<Uint8Array>;
  stdout: Output;
  stderr: Output;
  /** Aborted with an {@link Interrupted} when the command is to leave. */
  signal: AbortSignal;
}

/** Somebody wants the command to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}
