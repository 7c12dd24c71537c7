import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type Findings, FindingsSchema } from '@shotwire/contract';

const longestTitle = 500;
const longestUrl = 4_096;

/** Findings as they can be stored and shown: a title is the page's own, so it may be endless or no text at all. */
export function storableFindings(found: MessageInitShape<typeof FindingsSchema>): Findings {
  const { title = '', finalUrl = '' } = found;
  return create(FindingsSchema, { ...found, title: storableText(title, longestTitle), finalUrl: storableText(finalUrl, longestUrl) });
}

/** Text without what neither UTF-8 nor Postgres can hold, cut off at a length in characters. */
export function storableText(text: string, longest: number): string {
  return text.slice(0, longest).toWellFormed().replaceAll('\0', '');
}
