import type { AllowEntry, Guard } from '@shotwire/egress';
import type { Postgres } from '@shotwire/postgres';
import type { renderBody } from '../core/body.ts';
import type { Sealer } from '../core/seal.ts';

/** One POST that was asked for by hand. */
export interface TestRequest {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  timeoutMs: number;
}

/** How it went. */
export interface TestOutcome {
  outcome: 'succeeded' | 'failed';
  /** HTTP status of the answer, when there was one. */
  status: number | null;
  /** Why it failed, as a code. */
  error: string | null;
  durationMs: number;
  /** The beginning of the answer, when there was one. */
  response: Buffer | null;
}

/** What the desk is made of. */
export interface DeskParts {
  postgres: Postgres;
  sealer: Sealer;
  newId: () => string;
  randomBytes: (size: number) => Buffer;
  /** Milliseconds since the epoch. */
  now: () => number;
  guard: Pick<Guard, 'decide'>;
  /** Exceptions to the egress guard. */
  allow: readonly AllowEntry[];
  allowHttp: boolean;
  /** Where clients reach this installation. */
  publicUrl: URL;
  /** See renderBody. */
  imageLink: Parameters<typeof renderBody>[0]['imageLink'];
  /** Sends one request through the guard, once. It never rejects: whatever happens is an outcome. */
  send: (request: TestRequest) => Promise<TestOutcome>;
  /** Deliveries that are due were committed. */
  onDue: () => void;
}
