/** What the log says of a thrown thing. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly kind?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
  readonly errors?: readonly ErrorDescription[];
}

// A cause may point back at its error.
const maxDepth = 6;

/**
 * An error as the log shows it, with its causes. Only named properties are taken: libraries hang whole requests,
 * with their headers and keys, on their errors. Credentials inside URLs are cut out of the texts.
 */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: typeof thrown === 'string' ? withoutCredentials(thrown) : '' };
  const { code, kind, cause, errors } = thrown as Error & { code?: unknown; kind?: unknown; errors?: unknown };
  const deeper = depth < maxDepth;
  return {
    type: thrown.name,
    message: withoutCredentials(thrown.message),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof kind === 'string' && { kind }),
    ...(thrown.stack !== undefined && { stack: withoutCredentials(thrown.stack) }),
    ...(cause !== undefined && deeper && { cause: describeError(cause, depth + 1) }),
    ...(Array.isArray(errors) && deeper && { errors: errors.slice(0, 10).map((error) => describeError(error, depth + 1)) }),
  };
}

function withoutCredentials(text: string): string {
  return text.replace(/:\/\/[^/\s@]+@/g, '://[redacted]@');
}
