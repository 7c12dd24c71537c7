export { type Bus, type Log, openBus } from './bus.ts';
export { announce, outboxLag, outboxMigration } from './outbox.ts';
export { startReceiver } from './receive.ts';
export { type Relay, startRelay } from './relay.ts';
export { eventsSettings } from './settings.ts';
