import { text } from '@shotwire/config';

/** Where NATS is. */
export const eventsSettings = {
  natsUrl: text('NATS_URL', {
    default: 'nats://127.0.0.1:4222',
    secret: true,
    says: 'The NATS server, with JetStream on; a token goes before the @.',
  }),
};
