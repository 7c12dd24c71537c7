import type { House } from '../house.ts';
import type { BenchSite } from '../site.ts';

/** How often a page was asked for by so many equal wishes at once, and how many of them ended with a picture. */
export async function measureDedupe({ house, site, wishes }: { house: House; site: BenchSite; wishes: number }) {
  const url = site.trivialUrl();
  // Long enough in hand that all of them have come by then.
  const equal = Array.from({ length: wishes }, () => house.capture({ url, dedupe: true, delay: 2 }));
  const finished = await Promise.all(equal);
  return { visits: site.visits(url), completed: finished.filter(({ problem }) => !problem).length };
}
