import { archiveSettings } from '@shotwire/archive';
import { flag, integer, list, url } from '@shotwire/config';
import { egressSettings } from '@shotwire/egress';
import { eventsSettings } from '@shotwire/events';
import { linksSettings } from '@shotwire/links';
import { postgresSettings } from '@shotwire/postgres';
import { rpcServerSettings } from '@shotwire/rpc';
import { telemetrySettings } from '@shotwire/telemetry';
import { parseSealingKeys } from './core/seal.ts';

const dayS = 86_400;

const secretsKeys = list('SECRETS_KEY', 'ID:BASE64 with 32 bytes each, at least one, each with an id of its own', parseSealingKeys, {
  secret: true,
  says: 'Seals the secrets of apps and webhooks: ID:BASE64 of 32 bytes, such as 1:$(openssl rand -base64 32). Of several, separated by commas, the first seals and all open.',
});

/** Everything the notifier can be told. */
export const settings = {
  ...telemetrySettings,
  ...rpcServerSettings,
  ...postgresSettings,
  ...eventsSettings,
  ...archiveSettings,
  ...egressSettings,
  ...linksSettings,
  secretsKeys: {
    ...secretsKeys,
    parse: (text: string) => {
      const keys = secretsKeys.parse(text);
      return keys && keys.length > 0 && new Set(keys.map(({ id }) => id)).size === keys.length ? keys : undefined;
    },
  },
  publicUrl: url('PUBLIC_URL', ['http:', 'https:'], {
    default: 'http://127.0.0.1:8080',
    says: 'Where clients reach this installation; image_url in webhooks begins with it.',
  }),
  webhookAllowHttp: flag('WEBHOOK_ALLOW_HTTP', { default: false, says: 'Whether webhooks may go to http:// URLs too.' }),
  webhookSchedule: list('WEBHOOK_SCHEDULE', `seconds, each from 0 to ${7 * dayS}`, parseDelay, {
    default: '30,120,600',
    says: 'How long after each failed try a webhook is tried again; after the last it is given up.',
  }),
  webhookTimeoutS: integer('WEBHOOK_TIMEOUT_SECONDS', {
    default: 30,
    min: 1,
    max: 120,
    says: 'Time for one try of a webhook, from DNS to the end of the answer.',
  }),
  webhookSlots: integer('WEBHOOK_SLOTS', { default: 128, min: 1, max: 4_096, says: 'Webhooks that a replica sends at once.' }),
  laneRoom: integer('LANE_ROOM', {
    default: 8,
    min: 1,
    max: 1_000,
    says: "Webhooks of one account that are sent to one receiver's host and port at once, over all replicas.",
  }),
  webhookRoomPerAccount: integer('WEBHOOK_ROOM_PER_ACCOUNT', {
    default: 64,
    min: 1,
    max: 4_096,
    says: 'Webhooks and uploads of one account that are under way at once, over all replicas.',
  }),
  webhookAttemptsPerMinute: integer('WEBHOOK_ATTEMPTS_PER_MINUTE', {
    default: 60_000,
    min: 1,
    max: 100_000_000,
    says: 'Webhooks and uploads of one account that are tried in a minute, at most; the others wait.',
  }),
  webhookPendingPerAccount: integer('WEBHOOK_PENDING_PER_ACCOUNT', {
    default: 100_000,
    min: 1,
    max: 100_000_000,
    says: 'Webhooks and uploads of one account that may wait to be sent; past that new ones are not taken.',
  }),
  webhookHostsPerHour: integer('WEBHOOK_HOSTS_PER_HOUR', {
    default: 1_000,
    min: 1,
    max: 1_000_000,
    says: "Hosts that one account's requests may name in webhook_url within an hour; webhooks to further ones are not sent.",
  }),
  linkHours: integer('LINK_HOURS', {
    default: 168,
    min: 1,
    max: 87_600,
    says: 'Hours that a link to an image works that webhooks carry and that needs no API key.',
  }),
  leaseS: integer('LEASE_SECONDS', {
    default: 15,
    min: 2,
    max: 600,
    says: 'How long work stays with a replica that has gone silent before another takes it over.',
  }),
};

function parseDelay(item: string): number | undefined {
  const seconds = /^\d+(\.\d+)?$/.test(item) ? Number(item) : Number.NaN;
  return seconds <= 7 * dayS ? seconds : undefined;
}
