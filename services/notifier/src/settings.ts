import { flag, integer, list, url } from '@shotwire/config';
import { egressSettings } from '@shotwire/egress';
import { eventsSettings } from '@shotwire/events';
import { postgresSettings } from '@shotwire/postgres';
import { rpcServerSettings } from '@shotwire/rpc';
import { telemetrySettings } from '@shotwire/telemetry';

const dayS = 86_400;

/** Everything the notifier can be told. */
export const settings = {
  ...telemetrySettings,
  ...rpcServerSettings,
  ...postgresSettings,
  ...eventsSettings,
  ...egressSettings,
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
