import type { Terminal } from '../terminal.ts';

/** How far all rows of a command have come. */
export interface Counts {
  total: number;
  saved: number;
  failed: number;
}

/** What is seen of a batch on the way. */
export interface Show {
  saved(path: string, url: string): void;
  failed(url: string, why: string): void;
  counts(counts: Counts): void;
  /** Leaves the screen as it should be. */
  end(): void;
}

/** A bar for a person, plain lines for everybody else. What failed is a line for both. */
export function showOn({ stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>): Show {
  if (!stderr.isTTY)
    return {
      saved: (path, url) => void stdout.write(`saved\t${path}\t${url}\n`),
      failed: (url, why) => void stdout.write(`failed\t${url}\t${why}\n`),
      counts: () => {},
      end: () => {},
    };
  let bar = '';
  const erase = '\r\x1b[K';
  return {
    saved: () => {},
    failed: (url, why) => void stderr.write(`${erase}failed ${url}: ${why}\n${bar}`),
    counts(counts) {
      bar = barOf(counts, stderr.columns ?? 80);
      stderr.write(`\r${bar}\x1b[K`);
    },
    end: () => void stderr.write(erase),
  };
}

/** `█████░░░░░ 50 of 100, 2 failed`, no wider than the screen. */
function barOf({ total, saved, failed }: Counts, columns: number): string {
  const ended = saved + failed;
  const said = ` ${ended} of ${total}${failed > 0 ? `, ${failed} failed` : ''}`;
  const width = Math.max(0, Math.min(40, columns - said.length - 1));
  const full = total === 0 ? width : Math.floor((width * ended) / total);
  return '█'.repeat(full) + '░'.repeat(width - full) + said;
}
