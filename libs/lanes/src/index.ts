export { type Claim, claim, untilDue, type Wanted } from './claim.ts';
export { enqueue, type Priority, priorities, raise, type Waiting } from './enqueue.ts';
export { cancel, depth, finish, finishAll, handBack, type Lapsed, putBack, putBackAll, reap, renew, takeOut } from './hold.ts';
export { keepLeases } from './keep-leases.ts';
export { lanesMigration } from './migration.ts';
export { type Pump, startPump } from './pump.ts';
export { repeat } from './repeat.ts';
export {
  closedLanes,
  countOutcomes,
  forgetLane,
  forgetQuietLanes,
  type LaneLimits,
  type LaneOutcomes,
  limitLane,
  openLane,
} from './state.ts';
