import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';

/** What is asked for, again and again. */
export interface Asked {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** What it is answered with; anything else ends the benchmark. */
  status: number;
}

interface Load {
  asked: Asked;
  requests: number;
  signal: AbortSignal;
}

/** Asks so many times, so many at once, and gives the answers per second. */
export async function askAtOnce({ asked, requests, signal, width }: Load & { width: number }): Promise<number> {
  const agent = new Agent({ connections: width, pipelining: 1 });
  let next = 0;
  const work = async () => {
    while (next++ < requests) {
      signal.throwIfAborted();
      await ask(agent, asked);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: width }, work));
  const perSecond = (requests * 1000) / (performance.now() - began);
  await agent.close();
  return perSecond;
}

/** Asks at an even rate, whether or not there are answers; gives the milliseconds of each, from when it was its turn. */
export async function askEvenly({ asked, requests, signal, perSecond }: Load & { perSecond: number }): Promise<number[]> {
  const agent = new Agent({ connections: 256, pipelining: 1 });
  const answers: Promise<number>[] = [];
  const began = performance.now();
  for (let turn = 0; turn < requests; turn++) {
    const dueMs = began + (turn * 1000) / perSecond;
    const aheadMs = dueMs - performance.now();
    if (aheadMs > 1) await sleep(aheadMs, undefined, { signal });
    answers.push(ask(agent, asked).then(() => performance.now() - dueMs));
  }
  const waits = await Promise.all(answers);
  await agent.close();
  return waits;
}

async function ask(dispatcher: Dispatcher, { url, method = 'GET', headers = {}, body = '', status }: Asked): Promise<void> {
  const answer = await request(url, { dispatcher, method, headers, body: body || null });
  if (answer.statusCode !== status) throw new Error(`${method} ${url} was answered with ${answer.statusCode}: ${await answer.body.text()}`);
  // As it comes, without putting it together.
  for await (const _ of answer.body);
}
