import type { Archive } from '@shotwire/archive';
import { repeat } from '@shotwire/lanes';
import type { Postgres } from '@shotwire/postgres';
import type { Logger } from '@shotwire/telemetry';
import { findSweepable, markSwept } from '../sql/sweep-images.ts';

interface SweeperParts {
  postgres: Postgres;
  archive: Pick<Archive, 'delete'>;
  log: Logger;
  everyMs: number;
}

const BATCH = 50;
const DELETE_MS = 5_000;

/** Removes images whose time is over: retention has ended, their owner deleted them, or a lost capture may have left them. */
export function openSweeper({ postgres, archive, log, everyMs }: SweeperParts): AsyncDisposable {
  const sweep = () =>
    postgres.transaction(async (trx) => {
      const found = await findSweepable(trx, BATCH);
      await Promise.all(found.map(({ imageKey }) => archive.delete({ key: imageKey, signal: AbortSignal.timeout(DELETE_MS) })));
      if (found.length > 0)
        await markSwept(
          trx,
          found.map(({ id }) => id),
        );
      return found.length;
    });

  return repeat({
    everyMs,
    work: async () => {
      while ((await sweep()) === BATCH);
    },
    onTrouble: (error) => log.warn({ error }, 'images could not be swept; trying again'),
  });
}
