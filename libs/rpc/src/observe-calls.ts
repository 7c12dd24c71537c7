import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import type { Logger, Metrics } from '@shotwire/telemetry';
import { contextKeys, contextValue } from './call-context.ts';
import { deadlineSlackMs } from './limits.ts';

interface ObserveParts {
  log: Logger;
  metrics: Metrics;
  /** An id for a call that came without one. */
  newRequestId: () => string;
}

/**
 * The one place that sees every call of a server: gives it a request id when it has none, and at its end logs it at debug
 * and counts its time in `rpc_server_duration_seconds`. It also sees calls that no handler saw, such as oversize requests.
 */
export function observeCalls({ log, metrics, newRequestId }: ObserveParts): ServerInterceptor {
  const durations = metrics.histogram('rpc_server_duration_seconds', 'Time from call to status, by method and gRPC code.', [
    'method',
    'code',
  ]);

  return ({ path }, call) => {
    const method = path.slice(1);
    const startedMs = performance.now();
    let requestId: string | undefined;
    let account: string | undefined;
    let received = false;
    let sent: status | undefined;

    function ended(): void {
      const code = status[sent ?? codeWithoutAnswer()];
      const seconds = (performance.now() - startedMs) / 1000;
      durations.observe({ method, code }, seconds);
      log.debug({ method, code, durationMs: Math.round(seconds * 1000), requestId, account }, 'call');
    }

    function codeWithoutAnswer(): status {
      if (Date.now() >= Number(call.getDeadline()) - deadlineSlackMs) return status.DEADLINE_EXCEEDED;
      return received ? status.CANCELLED : status.RESOURCE_EXHAUSTED;
    }

    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            requestId = contextValue(metadata, 'requestId') ?? newRequestId();
            account = contextValue(metadata, 'account');
            metadata.set(contextKeys.requestId, requestId);
            pass(metadata);
          },
          onReceiveMessage(message, pass) {
            received = true;
            pass(message);
          },
          // Despite its name it is called at the end of every call.
          onCancel: ended,
        }),
      sendStatus(answer, pass) {
        sent ??= answer.code;
        pass(answer);
      },
    });
  };
}
