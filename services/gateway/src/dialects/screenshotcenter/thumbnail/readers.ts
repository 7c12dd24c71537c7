import { number, oneOf, type Reader, whole } from '../read.ts';

const formats = oneOf('png', 'jpeg', 'jpg', 'webp', 'webmp');

/** Of several names of one format the usual one. */
const format: Reader<'png' | 'jpeg' | 'webp'> = (sent) => {
  const read = formats(sent);
  if (!('value' in read)) return read;
  const usual = { jpg: 'jpeg', webmp: 'webp' } as const;
  return { value: read.value === 'jpg' || read.value === 'webmp' ? usual[read.value] : read.value };
};

const scale: Reader<number> = (sent) => {
  const read = number(sent);
  return 'value' in read && read.value >= 0.01 && read.value <= 4 ? read : { problem: 'must be a number from 0.01 to 4' };
};

/** What goes into a header as it is. */
const filename: Reader<string> = (sent) =>
  typeof sent === 'string' && /^[\w .()-]{1,200}$/.test(sent) ? { value: sent } : { problem: 'must be letters, digits and ". _ - ( )"' };

const cut = whole(0, 100_000);

/** What becomes of the picture. */
export const editReaders = {
  format,
  width: whole(1, 4_000),
  height: whole(1, 15_000),
  scale,
  zoom: whole(1, 100),
  ratio: oneOf('fit', 'fill'),
  left: cut,
  right: cut,
  top: cut,
  bottom: cut,
  quality: whole(1, 100),
};

/** What else a thumbnail takes. */
export const thumbnailReaders = { ...editReaders, shot: whole(1, 1), filename };

/** An edit of a picture. */
export type Edit = { [K in keyof typeof editReaders]?: (typeof editReaders)[K] extends Reader<infer T> ? T : never };
