import { toJson } from '@bufbuild/protobuf';
import { Format, type Options, OptionsSchema } from '@shotwire/contract';
import { enqueue, priorities } from '@shotwire/lanes';
import { row, type Transaction } from '@shotwire/postgres';
import { traitsOf } from '../core/formats.ts';
import { imageKeyOf, type ScreenshotRow } from '../core/screenshot.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

interface Wish {
  id: string;
  accountId: string;
  url: string;
  options: Options;
  webhookUrl: string;
}

/** Writes a wish down and puts it into its account's lane. Undefined when there is one of that id already. */
export async function insertScreenshot(
  trx: Transaction,
  { id, accountId, url, options, webhookUrl }: Wish,
): Promise<ScreenshotRow | undefined> {
  const stored = await row<StoredRow>(
    trx,
    `insert into screenshots (id, account_id, url, options, webhook_url, image_key)
     values (:id, :accountId, :url, :options, :webhookUrl, :imageKey)
     on conflict (id) do nothing
     returning ${columns}`,
    {
      id,
      accountId,
      url,
      options: JSON.stringify(toJson(OptionsSchema, options, { useProtoFieldName: true })),
      webhookUrl,
      imageKey: imageKeyOf(id, traitsOf(options.format ?? Format.PNG).word),
    },
  );
  if (!stored) return undefined;
  await enqueue(trx, { itemId: id, lane: accountId, priority: priorities.normal });
  return screenshotFromStored(stored);
}
