import { archiveSettings } from '@shotwire/archive';
import { flag, integer, text, url } from '@shotwire/config';
import { egressSettings } from '@shotwire/egress';
import { eventsSettings } from '@shotwire/events';
import { linksSettings } from '@shotwire/links';
import { postgresSettings } from '@shotwire/postgres';
import { telemetrySettings } from '@shotwire/telemetry';
import { proxySettings } from './dialects/screenshotcenter/proxies.ts';

/** Everything the gateway can be told. */
export const settings = {
  ...telemetrySettings,
  ...postgresSettings,
  ...archiveSettings,
  ...egressSettings,
  ...eventsSettings,
  ...linksSettings,
  ...proxySettings,
  host: text('HOST', { default: '127.0.0.1', says: 'Address that the API listens on.' }),
  port: integer('PORT', { default: 8080, min: 0, max: 65_535, says: 'Port that the API listens on; 0 takes a free one.' }),
  publicUrl: url('PUBLIC_URL', ['http:', 'https:'], {
    default: 'http://127.0.0.1:8080',
    says: 'The URL under which clients reach the API; the image_url of a screenshot begins with it.',
  }),
  captureAddress: text('CAPTURE_ADDRESS', { default: '127.0.0.1:50051', says: 'Address and port of the gRPC server of capture.' }),
  notifierAddress: text('NOTIFIER_ADDRESS', { default: '127.0.0.1:50052', says: 'Address and port of the gRPC server of notifier.' }),
  apiKey: text('SHOTWIRE_API_KEY', {
    secret: true,
    says: 'The first admin key, of the account "default". It is stored as a hash; the one given before stops working.',
  }),
  rateLimitPerMinute: integer('RATE_LIMIT_PER_MINUTE', {
    default: 0,
    min: 0,
    max: 1_000_000,
    says: 'Requests that one API key has in a minute, over all replicas; 0: as many as it likes.',
  }),
  monthlyQuota: integer('MONTHLY_QUOTA', {
    default: 0,
    min: 0,
    max: 1_000_000_000,
    says: 'Captures that an account may ask for in a month (UTC); 0: as many as it likes.',
  }),
  listenersPerAccount: integer('LISTENERS_PER_ACCOUNT', {
    default: 1_000,
    min: 1,
    max: 100_000,
    says: 'Streams of events that an account may have open, at each replica.',
  }),
  webhookAllowHttp: flag('WEBHOOK_ALLOW_HTTP', { default: false, says: 'Whether a webhook_url may be plain http.' }),
};
