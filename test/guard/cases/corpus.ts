import type { Place } from '../town/place.ts';
import { addressRows } from './addresses.ts';
import { type Case, layOut } from './case.ts';
import { detourRows } from './detours.ts';
import { otherDoorRows } from './other-doors.ts';
import { spellingRows } from './spellings.ts';
import { vectorRows } from './vectors.ts';

/** The whole corpus, laid out in a place. Every process of a town makes the same one. */
export function corpusOf(place: Place): Case[] {
  return layOut([...addressRows, ...spellingRows, ...detourRows, ...vectorRows, ...otherDoorRows], place);
}
