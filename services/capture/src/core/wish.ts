import { create, toBinary } from '@bufbuild/protobuf';
import {
  type Announcement,
  AnnouncementSchema,
  type CreateScreenshotRequest,
  CreateScreenshotRequestSchema,
  type Options,
  OptionsSchema,
  Priority,
  withRules,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Devices } from './devices.ts';
import { type VideoFormat, wantedVideos } from './formats.ts';
import { acceptOptions } from './options.ts';
import { sourceConflictsOf } from './source-conflicts.ts';

/** What a client wishes for, with everything it left open filled in. */
export interface AcceptedWish {
  url: string;
  html: string;
  markdown: string;
  /** Null when nobody is to be told. */
  announcement: Announcement | null;
  tags: string[];
  options: Options;
  priority: 'interactive' | 'batch';
  dedupe: boolean;
  cacheTtlS: number;
  externalId: string;
  metadata: Record<string, string>;
  /** How long its results are kept; null for as long as those of everybody. */
  expiresInS: number | null;
}

/** Where wishes are made. */
export interface House {
  devices: Devices;
  /** What recordings can be here; none where there is nothing to encode them. */
  videos: ReadonlySet<VideoFormat>;
  /** How long results are kept here, at most. */
  retentionHours: number;
}

/** Options go into events, and an event must fit into one message of the bus (1 MiB). */
const longestOptions = 512 * 1024;
/** So does what it says of who is told. */
export const longestAnnouncement = 128 * 1024;
/** It comes back in every answer, list and event. */
const longestMetadata = 4 * 1024;

/**
 * A wish, checked. Failure `validation_error` names each field that is wrong; `video_unavailable` for a recording that cannot be made here.
 * `accept` is given what the client said of the options; whoever accepts many wishes may know them already.
 */
export function acceptWish(
  request: CreateScreenshotRequest,
  { devices, videos, retentionHours }: House,
  accept = (given: Options) => acceptOptions(given, devices),
): AcceptedWish {
  const { options: given = create(OptionsSchema), ...rest } = request;
  const { message, problems } = withRules(CreateScreenshotRequestSchema, create(CreateScreenshotRequestSchema, rest));
  const { url, html, markdown, announcement, tags, priority, dedupe = false, cacheTtl = 0, externalId, metadata, expiresIn } = message;
  if ([url, html, markdown].filter((source) => source !== '').length !== 1)
    problems.url ??= ['must be the only one of url, html and markdown'];
  if (toBinary(OptionsSchema, given).length > longestOptions)
    problems.options = [`must be at most ${longestOptions / 1024} KiB all together`];
  const announced = announcement ? toBinary(AnnouncementSchema, announcement).length : 0;
  if (announced > longestAnnouncement) problems.announcement = [`must be at most ${longestAnnouncement / 1024} KiB all together`];
  const metadataBytes = Object.entries(metadata).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (metadataBytes > longestMetadata) problems.metadata = [`must be at most ${longestMetadata / 1024} KiB all together`];
  // Postgres holds no text with NUL.
  for (const [key, value] of Object.entries(metadata))
    if (`${key}${value}`.includes('\0')) problems[`metadata.${key.slice(0, 100)}`] ??= ['must be a text without NUL'];
  if (expiresIn !== undefined && expiresIn > retentionHours * 3600)
    problems.expires_in ??= [`must be at most ${retentionHours * 3600}: results are kept for ${retentionHours} hours here`];
  for (const [field, sentence] of sourceConflictsOf(message, given)) problems[field] ??= [sentence];
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
  const options = accept(given);
  if (wantedVideos(options).some((word) => !videos.has(word))) throw new Failure('video_unavailable');
  return {
    url,
    html,
    markdown,
    announcement: announcement && announced > 0 ? announcement : null,
    tags,
    options,
    priority: priority === Priority.BATCH ? 'batch' : 'interactive',
    dedupe,
    cacheTtlS: cacheTtl,
    externalId,
    metadata,
    expiresInS: expiresIn ?? null,
  };
}
