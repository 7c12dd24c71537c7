import { fromJson, isObject, type Read, texts } from '../read.ts';

/** Apps: ids, or a map of id → path template. Several maps are one. */
export function readApps(sent: unknown): Read<readonly string[] | Readonly<Record<string, string>>> {
  const held = [fromJson(sent)].flat().map(fromJson);
  if (!held.some(isObject)) return texts(sent);
  const entries = held.flatMap((one) => (isObject(one) ? Object.entries(one) : [[String(one), ''] as [string, unknown]]));
  if (entries.some(([, template]) => typeof template !== 'string'))
    return { problem: 'must be ids of apps, or a map of id → path template' };
  return { value: Object.fromEntries(entries) as Record<string, string> };
}
