import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { Failure, type FailureKind, type FieldProblems, grpcCodes, isFailureKind } from '@shotwire/failures';
import { maxFailureBytes } from './limits.ts';

const failureKey = 'shotwire-failure-bin';

// What the transport itself says. Everything else that arrives without a description is trouble of our own.
const kindOfCode: Partial<Record<status, FailureKind>> = {
  [status.UNAVAILABLE]: 'unavailable',
  [status.DEADLINE_EXCEEDED]: 'deadline_exceeded',
  [status.CANCELLED]: 'cancelled',
};

/** A failure as it leaves the server: its code, its public sentence, and its whole description in trailing metadata. */
export function failureToStatus(failure: Failure): StatusObject {
  const metadata = new Metadata();
  metadata.set(failureKey, describe(failure));
  // A handler that answered has decided: only a server that could not be reached is asked again.
  metadata.set('grpc-retry-pushback-ms', '-1');
  return { code: grpcCodes[failure.grpcCode], details: publicSentence(failure), metadata };
}

/** The pair of {@link failureToStatus}: the failure that the server threw, or what its gRPC code says. The error is its cause. */
export function failureFromStatus(error: ServiceError): Failure {
  const [description] = error.metadata?.get(failureKey) ?? [];
  return readDescription(description, error) ?? new Failure(kindOfCode[error.code] ?? 'internal', { cause: error });
}

/** Why a signal aborted, as a failure. */
export function failureFromAbort(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof Failure) return reason;
  const late = reason instanceof DOMException && reason.name === 'TimeoutError';
  return new Failure(late ? 'deadline_exceeded' : 'cancelled', { cause: reason });
}

function publicSentence({ message }: Failure): string {
  // A lone surrogate, which a caller may have sent us, cannot be encoded into the status.
  return message.slice(0, 2000).toWellFormed();
}

function describe(failure: Failure): Buffer {
  const { kind, retryAfterS } = failure;
  let bytesLeft = maxFailureBytes;
  const fields = Object.entries(failure.fields ?? {}).filter(([name, problems]) => {
    bytesLeft -= Buffer.byteLength(JSON.stringify([name, problems]));
    return bytesLeft > 0;
  });
  return Buffer.from(
    JSON.stringify({ kind, message: publicSentence(failure), retryAfterS, ...(failure.fields && { fields: Object.fromEntries(fields) }) }),
  );
}

function readDescription(description: string | Buffer | undefined, cause: ServiceError): Failure | undefined {
  if (!Buffer.isBuffer(description)) return undefined;
  try {
    const { kind, message, fields, retryAfterS } = JSON.parse(description.toString()) as Record<string, unknown>;
    if (typeof kind !== 'string' || !isFailureKind(kind)) return undefined;
    return new Failure(kind, {
      cause,
      ...(typeof message === 'string' && { says: message }),
      ...(isFieldProblems(fields) && { fields }),
      ...(typeof retryAfterS === 'number' && { retryAfterS }),
    });
  } catch {
    return undefined;
  }
}

function isFieldProblems(value: unknown): value is FieldProblems {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((problems) => Array.isArray(problems) && problems.every((problem) => typeof problem === 'string'));
}
