import { availableParallelism } from 'node:os';
import { archiveSettings } from '@shotwire/archive';
import { integer, oneOf, text } from '@shotwire/config';
import { egressSettings } from '@shotwire/egress';
import { eventsSettings } from '@shotwire/events';
import { postgresSettings } from '@shotwire/postgres';
import { rpcServerSettings } from '@shotwire/rpc';
import { telemetrySettings } from '@shotwire/telemetry';

/** Everything capture can be told. */
export const settings = {
  ...telemetrySettings,
  ...rpcServerSettings,
  ...postgresSettings,
  ...eventsSettings,
  ...archiveSettings,
  ...egressSettings,
  chromePath: text('CHROME_PATH', {
    default: '/usr/lib/chromium/chromium-headless-shell',
    says: 'The browser: a chrome-headless-shell, the program itself and no script.',
  }),
  chromeSandbox: oneOf('CHROME_SANDBOX', ['auto', 'on', 'off'], {
    default: 'auto',
    says: "Chrome's own sandbox; auto: on where the service does not run as root.",
  }),
  chromeBrowsers: integer('CHROME_BROWSERS', {
    default: 1,
    min: 1,
    max: 16,
    says: 'Browsers that run side by side; slots are spread over them.',
  }),
  chromeSlots: integer('CHROME_SLOTS', {
    default: availableParallelism() + 1,
    min: 1,
    max: 64,
    says: 'Pages captured at once; past processors + 1 only latency grows.',
  }),
  chromeMaxCaptures: integer('CHROME_MAX_CAPTURES', {
    default: 500,
    min: 1,
    max: 1_000_000,
    says: 'Captures after which a browser is replaced.',
  }),
  chromeMaxAgeS: integer('CHROME_MAX_AGE_SECONDS', { default: 3_600, min: 10, max: 86_400, says: 'Age at which a browser is replaced.' }),
  chromeMaxMemoryMb: integer('CHROME_MAX_MEMORY_MB', {
    default: 2_048,
    min: 256,
    max: 65_536,
    says: 'Memory of a browser and its processes, in MiB, past which it is replaced.',
  }),
  ffmpegPath: text('FFMPEG_PATH', {
    default: '/usr/bin/ffmpeg',
    says: 'The ffmpeg that encodes videos; where there is none, webm and mp4 are refused.',
  }),
  blockLists: text('BLOCK_LISTS', {
    default: '/usr/share/chromium/extensions/ublock-origin/assets',
    says: 'Folder of the filter lists (EasyList syntax) behind block_ads; read with its subfolders at start.',
  }),
  laneRoom: integer('LANE_ROOM', {
    default: 64,
    min: 1,
    max: 1_000,
    says: 'Captures that one account may have in slots at once, over all replicas.',
  }),
  queueLimit: integer('QUEUE_LIMIT', {
    default: 100_000,
    min: 1,
    max: 10_000_000,
    says: 'Screenshots that may wait before new ones are refused with 429.',
  }),
  pendingPerAccount: integer('PENDING_PER_ACCOUNT', {
    default: 50_000,
    min: 1,
    max: 10_000_000,
    says: 'Screenshots of one account that may wait or be in hand before its new ones are refused with 429.',
  }),
  leaseS: integer('LEASE_SECONDS', {
    default: 15,
    min: 2,
    max: 600,
    says: 'How long work stays with a replica that has gone silent before another takes it over.',
  }),
  retentionHours: integer('IMAGE_RETENTION_HOURS', { default: 720, min: 1, max: 87_600, says: 'Hours that an image is kept.' }),
};
