import type { CDPSession } from 'puppeteer';
import type { Box, Metrics } from './plan.ts';

interface CalmParts {
  session: CDPSession;
  metrics: Metrics;
  box: Box;
  /** Whether scripts run afterwards. */
  scripts: boolean;
}

/**
 * Keeps a page calm while it is taken beyond its viewport: before the picture Chrome lets it believe, in one capture of three on a busy
 * machine, that its viewport is a single pixel. Scripts do not run meanwhile; a view that has the size of the picture already makes
 * the layout itself rare. Dispose it to have the scripts run again, where the page may have any.
 */
export async function keepCalm({ session, metrics, box, scripts }: CalmParts) {
  const factor = metrics.scale / metrics.deviceScale;
  const [width, height] = [Math.ceil(box.width * factor), Math.ceil(box.height * factor)];
  await Promise.all([
    session.send('Emulation.setScriptExecutionDisabled', { value: true }),
    session.send('Emulation.setVisibleSize', { width, height }),
  ]);
  return {
    [Symbol.dispose]: () => {
      // A session that is gone has no scripts to run.
      session.send('Emulation.setScriptExecutionDisabled', { value: !scripts }).catch(() => undefined);
    },
  };
}
