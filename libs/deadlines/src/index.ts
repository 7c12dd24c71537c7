export { type Deadline, deadline } from './deadline.ts';
export { orAborted } from './or-aborted.ts';
