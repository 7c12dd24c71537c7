import type { Case } from '../cases/case.ts';
import type { Zone } from './name-server.ts';

/** What all names of the corpus resolve to. */
export function zoneOf(cases: readonly Case[]): Zone {
  return Object.fromEntries(cases.flatMap(({ host, records }) => (records ? [[host, records]] : [])));
}
