import { Failure } from '@shotwire/failures';
import { openTestCamera, optionsOf, type SomeOptions } from '../capture.fixture.ts';
import type { Report } from '../studio/camera.ts';

/** What a capture is of: a URL, or a document. */
interface Given {
  url?: string;
  html?: string;
  markdown?: string;
}

/** The real camera, whose reports are read. */
export async function openReporter() {
  const camera = await openTestCamera();
  return {
    /** Takes a capture; gives its report as the camera tells it, and the kind of the failure if it failed. */
    async capture({ url = '', ...given }: Given, options: SomeOptions = {}) {
      const order = { id: 'test', accountId: 'acme', url, ...given, options: optionsOf(options) };
      let told: Report = {};
      let failed: string | undefined;
      const tell = (report: Report) => {
        told = report;
      };
      const taken = await camera.shoot(order, AbortSignal.timeout(30_000), tell).catch((thrown: unknown) => {
        failed = Failure.from(thrown).kind;
      });
      // biome-ignore lint/suspicious/noExplicitAny: what is stored has no types.
      const report: any = JSON.parse(JSON.stringify(taken?.report ?? told));
      const events: string[] = report.timeline.map(({ event }: { event: string }) => event);
      return { report, events, failed, findings: taken?.findings };
    },
    [Symbol.asyncDispose]: () => camera[Symbol.asyncDispose](),
  };
}
