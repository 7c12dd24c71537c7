import { create } from '@bufbuild/protobuf';
import {
  Cache,
  instantFromTimestamp,
  instantToMs,
  OptionsSchema,
  type Screenshot,
  ScreenshotStatus,
  shownOptions,
} from '@shotwire/contract';
import type { Links } from '@shotwire/links';
import { options } from './options/table.ts';
import { isObject } from './read.ts';
import { KEPT } from './translate-wish.ts';

/** What links in answers are made with. */
export interface ShowParts {
  links: Pick<Links, 'imageUrl'>;
}

/** Their statuses. What was taken back ended without a picture. */
function statusOf(status: ScreenshotStatus): 'processing' | 'finished' | 'error' {
  if (status === ScreenshotStatus.COMPLETED) return 'finished';
  return status === ScreenshotStatus.FAILED || status === ScreenshotStatus.CANCELLED ? 'error' : 'processing';
}

/** A screenshot as theirs shows it: what became of it, and every option that was asked for, but for secrets. */
export function shownScreenshot(screenshot: Screenshot, { links }: ShowParts): Record<string, unknown> {
  const { number, url, status, findings, problem, cache, createdAt, endedAt, image, artefacts, tags, announcement } = screenshot;
  const has = (name: string) => artefacts.some((artefact) => artefact.name === name);
  const expiresAt = image?.expiresAt && Number(image.expiresAt.seconds);
  return {
    ...echoOf(screenshot),
    id: Number(number),
    status: statusOf(status),
    url,
    final_url: findings?.finalUrl || null,
    error: status === ScreenshotStatus.CANCELLED ? 'Canceled' : (problem?.message ?? null),
    // Theirs has words alone; ours has a code too.
    ...(problem && { error_code: problem.code }),
    cost: cache === Cache.HIT ? 0 : 1,
    tag: tags,
    created_at: createdAt ? momentOf(createdAt) : null,
    finished_at: endedAt ? momentOf(endedAt) : null,
    region: null,
    has_html: has('html'),
    has_pdf: has('pdf'),
    has_video: has('webm') || has('mp4'),
    storage_url:
      image && expiresAt !== undefined
        ? links.imageUrl({ accountId: screenshot.accountId, screenshotId: screenshot.id, mimeType: image.mimeType, expiresAt })
        : null,
    apps: Object.keys(announcement?.apps ?? {}),
  };
}

/** A moment as JavaScript writes it: to the millisecond. */
function momentOf(timestamp: NonNullable<Screenshot['createdAt']>): string {
  return new Date(instantToMs(instantFromTimestamp(timestamp))).toISOString();
}

function echoOf({ options: exact, tags, announcement, metadata }: Screenshot): Record<string, unknown> {
  const shown = { options: shownOptions(exact ?? create(OptionsSchema)), tags, apps: Object.keys(announcement?.apps ?? {}) };
  const kept = keptOf(metadata[KEPT]);
  const entries = Object.entries(options).map(([name, { fate, echo, fallback }]) => {
    if (fate === 'refused') return [];
    const again = Object.hasOwn(kept, name) ? kept[name] : undefined;
    return [[name, again ?? echo?.(shown) ?? fallback ?? null] as const];
  });
  return Object.fromEntries(entries.flat());
}

/** What was kept of the request. A native screenshot may have anything there. */
function keptOf(text = '{}'): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(text);
    return isObject(kept) ? kept : {};
  } catch {
    return {};
  }
}
