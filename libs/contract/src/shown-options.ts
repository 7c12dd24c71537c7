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
  const shown: JsonObject = {};
  for (const field of OptionsSchema.fields) {
    const { name } = field;
    const word = words[name];
    if (word !== undefined && (always.has(name) || JSON.stringify(word) !== rulesOf(field)?.defaultJson)) shown[name] = word;
  }
  return shown;
}
