/** Whether who accepts this would rather have something of one of these types than JSON (RFC 9110 §12.5.1). */
export function prefersBytes(accept: string | undefined, types: readonly string[]): boolean {
  if (accept === undefined) return false;
  const ranges = accept.split(',').map(rangeOf);
  return Math.max(...types.map((type) => qualityOf(type, ranges))) > qualityOf('application/json', ranges);
}

interface Range {
  name: string;
  quality: number;
}

function rangeOf(text: string): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
  return { name, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** What the most specific range says of a type. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const names = [type, `${type.split('/')[0]}/*`, '*/*'];
  const [first] = names.flatMap((name) => ranges.filter((range) => range.name === name));
  return first?.quality ?? 0;
}
