import { once } from 'node:events';
import { createServer } from 'node:http';
import { corpusOf } from '../cases/corpus.ts';
import { answer } from './answer.ts';
import { startNameServer } from './name-server.ts';
import type { Place } from './place.ts';
import { answerOnStreet } from './street-pages.ts';
import { zoneOf } from './zone.ts';

const { place } = JSON.parse(process.argv[2] ?? '') as { place: Place };
const cases = corpusOf(place);
const visits: string[] = [];
const answerVisit = answerOnStreet(cases);
const server = createServer((request, response) => {
  visits.push(request.url ?? '');
  answerVisit(request, response);
}).listen(place.street.port, place.street.host);
await once(server, 'listening');
const names = await startNameServer(zoneOf(cases), place.dns);

const answers = {
  /** Paths that were visited and names that were asked for, since the last time this was asked. */
  seen: () => {
    const seen = { visits: visits.splice(0), names: [...names.questions] };
    names.forget();
    return seen;
  },
};
export type StreetAnswers = typeof answers;

answer(answers);
