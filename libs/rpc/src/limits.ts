/** The largest message either side sends or takes. Images do not travel by gRPC; a page given as text is the largest thing that does. */
export const maxMessageBytes = 8 * 1024 * 1024;

/** The longest a unary call runs on the server when its caller set no deadline. */
export const maxUnaryMs = 60_000;

/** A caller's clock runs out a transit time before the server's: a call broken off this close to its deadline was late, not left. */
export const deadlineSlackMs = 20;

/** How long a closing server waits for the calls it has in hand, unless told otherwise. */
export const defaultGraceMs = 5000;

/** The largest description of a failure in trailing metadata; HTTP/2 implementations refuse header blocks of 64 KiB. */
export const maxFailureBytes = 16 * 1024;

/** Both sides ask an idle connection whether it still lives, and give it up when it does not answer. */
export const keepalive = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.keepalive_permit_without_calls': 1,
} as const;
