export { type Bus, type Log, openBus } from './bus.ts';
export { announce, outboxLag, outboxMigration } from './outbox.ts';
export { startReceiver } from './receive.ts';
export { type Relay, startRelay } from './relay.ts';
export { eventsSettings } from './settings.ts';
export type { EventReader } from './tail/read-events.ts';
export { type Ear, openTail, type Tail } from './tail/tail.ts';
export type { Tailed } from './tail/tailed.ts';
