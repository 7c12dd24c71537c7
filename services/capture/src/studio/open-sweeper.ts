import type { Archive } from '@shotwire/archive';
import { repeat } from '@shotwire/lanes';
import type { Postgres } from '@shotwire/postgres';
import type { Logger } from '@shotwire/telemetry';
import { keysPrefixOf } from '../core/object-keys.ts';
import { findSweepable, markSwept } from '../sql/sweep-images.ts';

interface SweeperParts {
  postgres: Postgres;
  archive: Pick<Archive, 'list' | 'delete'>;
  log: Logger;
  everyMs: number;
}

const BATCH = 50;
const REMOVE_MS = 20_000;

/**
 * Removes results whose time is over: retention has ended, their owner deleted them, or a lost capture may have left them.
 * What another screenshot still shows stays until that one's time is over.
 */
export function openSweeper({ postgres, archive, log, everyMs }: SweeperParts): AsyncDisposable {
  const removeAll = async (prefix: string) => {
    const signal = AbortSignal.timeout(REMOVE_MS);
    for await (const key of archive.list({ prefix, signal })) await archive.delete({ key, signal });
  };
  const sweep = () =>
    postgres.transaction(async (trx) => {
      const found = await findSweepable(trx, BATCH);
      await Promise.all(found.filter(({ shared }) => !shared).map(({ imageKey }) => removeAll(keysPrefixOf(imageKey))));
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
