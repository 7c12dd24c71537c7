import fc from 'fast-check';
import { hostileJson } from './hostile.ts';

type Place = readonly (string | number)[];

/** A mark that nothing else contains. */
const mark = '⟦here⟧';

/** A value with something hostile in one of its places, as JSON is written: an entry is replaced, or one is added. */
export function spoil(valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc
    .tuple(valid, fc.nat(), fc.constantFrom(...hostileJson), fc.constantFrom('replace', 'add', 'add __proto__'))
    .map(([value, at, hostile, how]) => {
      const places = placesOf(value);
      const place = places[at % places.length] ?? [];
      if (how !== 'replace') return addTo(value, hostile, how === 'add' ? 'unknown' : '__proto__');
      return JSON.stringify(replaceAt(value, place)).replace(JSON.stringify(mark), () => hostile);
    });
}

function placesOf(value: unknown, here: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [here];
  return [
    here,
    ...Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...here, Array.isArray(value) ? Number(name) : name])),
  ];
}

function replaceAt(value: unknown, [first, ...rest]: Place): unknown {
  if (first === undefined) return mark;
  if (Array.isArray(value)) return value.map((each, at) => (at === first ? replaceAt(each, rest) : each));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [name, name === first ? replaceAt(inner, rest) : inner]),
  );
}

function addTo(value: unknown, hostile: string, name: string): string {
  const text = JSON.stringify(value);
  return text.startsWith('{') ? `{"${name}":${hostile}${text === '{}' ? '' : ','}${text.slice(1)}` : text;
}
