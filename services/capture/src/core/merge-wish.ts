import { create, type DescMessage, isFieldSet, type MessageShape } from '@bufbuild/protobuf';
import { type CreateScreenshotRequest, CreateScreenshotRequestSchema, OptionsSchema } from '@shotwire/contract';

/** What a row of a batch asks for: what it says, and where it says nothing what its batch says. Options are merged one by one. */
export function mergeWish(common: CreateScreenshotRequest, row: CreateScreenshotRequest): CreateScreenshotRequest {
  const merged = under(CreateScreenshotRequestSchema, common, row);
  // The source is the row's own matter: one of html must not bring the url of all.
  Object.assign(merged, { url: row.url, html: row.html, markdown: row.markdown });
  if (common.options && row.options) merged.options = under(OptionsSchema, common.options, row.options);
  return merged;
}

function under<Desc extends DescMessage>(desc: Desc, common: MessageShape<Desc>, row: MessageShape<Desc>): MessageShape<Desc> {
  const merged = create(desc);
  const write = merged as Record<string, unknown>;
  for (const field of desc.fields) {
    const from = isFieldSet(row, field) ? row : common;
    if (isFieldSet(from, field)) write[field.localName] = (from as Record<string, unknown>)[field.localName];
  }
  return merged;
}
