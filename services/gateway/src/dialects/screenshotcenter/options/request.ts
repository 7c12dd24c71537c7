import { fromJson, isObject, type Read, type Reader } from '../read.ts';

/** Headers: an object of JSON, or lines of `Name: value`. */
export const headers: Reader<Readonly<Record<string, string>>> = (sent) => {
  const held = fromJson(sent);
  if (isObject(held)) {
    const given = Object.entries(held).map(([name, value]) => [name, String(value)] as const);
    if (given.some((pair) => pair.some((text) => /\p{Cc}/u.test(text))))
      return { problem: 'must have no line breaks in a name or a value' };
    return { value: Object.fromEntries(given) };
  }
  const lines = [held].flat().flatMap((one) => String(one).split(/\r?\n|\\n/));
  const pairs = lines.filter((line) => line.trim() !== '').map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line));
  if (pairs.some((pair) => pair === null)) return { problem: 'must be lines of Name: value' };
  return { value: Object.fromEntries(pairs.map((pair) => [pair?.[1] as string, pair?.[2] ?? ''])) };
};

/** The address that a page is said to be linked from. */
export const referer: Reader<string> = (sent) =>
  typeof sent === 'string' && sent.length <= 2048 && !/\p{Cc}/u.test(sent)
    ? { value: sent }
    : { problem: 'must be a URL without line breaks' };

/** Cookies, as the header of that name has them: `a=1; b=2`. */
export const cookies: Reader<{ name: string; value: string }[]> = (sent): Read<{ name: string; value: string }[]> => {
  const pairs = [sent]
    .flat()
    .flatMap((one) => String(one).split(';'))
    .filter((pair) => pair.trim() !== '');
  const read = pairs.map((pair) => /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(pair));
  if (read.some((pair) => pair === null)) return { problem: 'must be cookies such as name=value; other=value' };
  return { value: read.map((pair) => ({ name: pair?.[1] as string, value: pair?.[2] ?? '' })) };
};

/** What runs a script of another address, as an element of the page does. It goes through the egress guard like all that the page loads. */
export function loadScript(url: string): string {
  return `await new Promise((loaded, failed) => {
  const script = document.createElement('script');
  script.src = ${JSON.stringify(url)};
  script.onload = loaded;
  script.onerror = () => failed(new Error('the script could not be loaded'));
  document.documentElement.append(script);
});`;
}
