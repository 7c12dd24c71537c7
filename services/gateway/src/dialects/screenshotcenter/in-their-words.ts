import { Failure, type FieldProblems } from '@shotwire/failures';
import { options } from './options/table.ts';

/** Their names of our fields. Of two that are put into one field the first is named. */
const names = new Map<string, string>();
for (const [name, { ours = [] }] of Object.entries(options)) for (const field of ours) if (!names.has(field)) names.set(field, name);
names.set('image_width', 'width').set('image_height', 'height').set('method', 'post_data');

/** Fields of ours that our sentences speak of, as theirs are written. */
const spoken: Readonly<Record<string, string>> = {
  full_page: 'size=page',
  image_width: 'width',
  image_height: 'height',
  selector: 'target',
  device_scale_factor: 'device_scale',
};

/** What is wrong with the fields of a wish, by their names of them. */
export function inTheirWords(fields: FieldProblems): FieldProblems {
  const renamed = Object.entries(fields).map(([field, sentences]) => [nameOf(field), sentences.map(reworded)] as const);
  const all = Map.groupBy(renamed, ([name]) => name);
  return Object.fromEntries([...all].map(([name, same]) => [name, same.flatMap(([, sentences]) => sentences)]));
}

/** A failure that is about our fields as one about theirs. What is wrong with a blocked address is said of it too. */
export function failureInTheirWords(thrown: unknown): Failure {
  const failure = Failure.from(thrown);
  if (!failure.fields) return failure;
  const { kind, message: says, retryAfterS } = failure;
  return new Failure(kind, {
    says,
    fields: inTheirWords(failure.fields),
    cause: failure,
    ...(retryAfterS !== undefined && { retryAfterS }),
  });
}

/** `steps[1].key` is of `steps`, `pdf.margin_top` of `pdf_margin_top`. */
function nameOf(field: string): string {
  const root = /^[^.[]*/.exec(field)?.[0] ?? field;
  return names.get(field) ?? names.get(root) ?? field;
}

function reworded(sentence: string): string {
  return sentence.replaceAll(/\b(full_page|image_width|image_height|selector|device_scale_factor)\b/g, (word) => spoken[word] ?? word);
}
