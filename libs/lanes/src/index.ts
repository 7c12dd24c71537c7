export { type Claim, claim, untilDue } from './claim.ts';
export { enqueue, type Priority, priorities, raise, type Waiting } from './enqueue.ts';
export { cancel, depth, finish, handBack, type Lapsed, putBack, reap, renew } from './hold.ts';
export { keepLeases } from './keep-leases.ts';
export { lanesMigration } from './migration.ts';
export { type Pump, startPump } from './pump.ts';
export { repeat } from './repeat.ts';
