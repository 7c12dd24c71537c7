import { availableParallelism } from 'node:os';
import { startSite } from '@shotwire/testing';
import { settings as captureSettings } from '../../services/capture/src/settings.ts';
import { openHouse } from '../bench/house.ts';
import { inParallel } from '../bench/in-parallel.ts';
import { describeMachine } from '../bench/machine.ts';
import { bringPages, pages } from '../bench/pages.ts';
import { openSite } from '../bench/site.ts';
import { table, verdict } from '../bench/table.ts';
import { growthOf } from './growth.ts';
import { type Stock, takeStock } from './take-stock.ts';

const captures = Number(process.env.SOAK_CAPTURES) || 1_000;
const limitMs = captures * 2_000 + 120_000;
/** One capture in so many is of a page that misbehaves; 0 for none. */
const hostileEvery = Number(process.env.SOAK_HOSTILE_EVERY ?? 20);
const hostile = ['/loop.html', '/alerts.html', '/popups.html', '/flood-fetch.html', '/flood-console.html', '/flood-workers.html', '/hang'];
const STOCKS = 40;

/** How much of its mean a series may grow over the run, or by how much in all, whichever is more. */
const bounds: Readonly<Record<keyof Stock, { share: number; atLeast: number; unit: string }>> = {
  rssMb: { share: 0.1, atLeast: 20, unit: 'MB' },
  chromeMb: { share: 0.25, atLeast: 100, unit: 'MB' },
  processes: { share: 0.1, atLeast: 2, unit: '' },
  descriptors: { share: 0.1, atLeast: 10, unit: '' },
  contexts: { share: 0.1, atLeast: 2, unit: '' },
  folders: { share: 0, atLeast: 1, unit: '' },
};

const log = (line: string) => console.error(line);
const leaving = new AbortController();
// Every time: a Ctrl-C arrives twice, from the terminal and from make, and the second must not end what cleans up.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort(new Error(`ended by ${name}`)));
const late = setTimeout(() => leaving.abort(new Error(`not done within ${limitMs / 1000} s`)), limitMs);

try {
  const { signal } = leaving;
  await bringPages({ log, signal });
  await using site = await openSite();
  await using trouble = await startSite();
  const slots = Number(process.env.CHROME_SLOTS) || availableParallelism() + 1;
  await using house = await openHouse({ env: process.env, slots, sitePorts: [site.port, trouble.port], log, signal });

  const urls = Array.from({ length: captures }, (_, at) => {
    const bad = hostileEvery > 0 && at % hostileEvery === hostileEvery - 1;
    return bad
      ? { url: trouble.url + hostile[Math.floor(at / hostileEvery) % hostile.length], timeout: 3 }
      : { url: (at % 2 ? site.url : site.onHost(at % 50, '').replace(/\/$/, '')) + pages[at % pages.length] };
  });
  const stocks: Stock[] = [];
  const outcomes = new Map<string, number>();
  let done = 0;
  const work = async (wish: (typeof urls)[number]) => {
    const { problem } = await house.capture(wish);
    const outcome = `${wish.url.startsWith(trouble.url) ? 'hostile' : 'ordinary'}: ${problem ?? 'completed'}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    done += 1;
    // The first quarter warms everything up.
    if (done > captures / 4 && done % Math.max(1, Math.floor((captures * 0.75) / STOCKS)) === 0)
      stocks.push(await takeStock(house.services.capture));
    if (done % 100 === 0) log(`${done} captures`);
  };
  await inParallel(urls, { width: slots * 2, signal, work });

  const rows = (Object.keys(bounds) as (keyof Stock)[]).map((what) => {
    const { share, atLeast, unit } = bounds[what];
    const { mean, growth } = growthOf(stocks.flatMap((stock) => stock[what] ?? []));
    const most = Math.max(mean * share, atLeast);
    const flat = growth <= most;
    if (!flat) process.exitCode = 1;
    return [what, `${mean.toFixed(1)} ${unit}`, `${growth.toFixed(1)} ${unit}`, `≤ ${most.toFixed(1)} ${unit}`, verdict(flat)];
  });
  const failed = [...outcomes].filter(([outcome]) => outcome.startsWith('ordinary') && outcome !== 'ordinary: completed');
  if (failed.length > 0) process.exitCode = 1;
  const path = process.env[captureSettings.chromePath.env] || (captureSettings.chromePath.fallback ?? '');
  const tally = [...outcomes].sort().map(([outcome, count]) => [outcome, String(count)]);
  console.log(
    [
      `\`make soak\`, ${captures} captures, ${new Date().toISOString().slice(0, 10)}`,
      '',
      ...(await describeMachine(path)).map((fact) => `- ${fact}`),
      '',
      table(['what', 'mean', 'growth over the run', 'allowed', ''], rows),
      '',
      table(['captures', 'count'], tally),
    ].join('\n'),
  );
} catch (thrown) {
  log(`The soak broke: ${thrown instanceof Error ? thrown.stack : thrown}`);
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}
