import type { JsonObject } from '@bufbuild/protobuf';
import { type Options, OptionsSchema } from './gen/shotwire/capture/v1/options_pb.ts';
import { rulesOf } from './rules.ts';
import { toWords } from './words.ts';

/** The options that every client knows; the others are shown where they differ from their defaults. */
const always = new Set([
  'width',
  'height',
  'format',
  'quality',
  'full_page',
  'device',
  'block_ads',
  'block_cookies',
  'dark_mode',
  'delay',
  'timeout',
  'retina',
]);

/** Options as answers and webhooks show them. */
export function shownOptions(options: Options): JsonObject {
  const words = toWords(OptionsSchema, options);
  const shown = OptionsSchema.fields
    .filter(({ name }) => name in words)
    .filter((field) => always.has(field.name) || JSON.stringify(words[field.name]) !== rulesOf(field)?.defaultJson)
    .map(({ name }) => [name, words[name]]);
  return Object.fromEntries(shown) as JsonObject;
}
