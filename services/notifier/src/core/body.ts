import { centerBody } from './body/center.ts';
import { runBody } from './body/run.ts';
import { standardBody } from './body/standard.ts';
import type { Told } from './body/told.ts';
import type { DialectName, ProfileName } from './profiles.ts';

type Wanted = Told & { profile: ProfileName; dialect: DialectName };

const bodies: Readonly<Record<ProfileName, (wanted: Wanted) => object>> = { run: runBody, center: centerBody, standard: standardBody };

/**
 * The body that announces an event, as JSON: it always begins with a brace. What an event lacks is null,
 * since a body that cannot be rendered would stop its whole queue.
 */
export function renderBody(wanted: Wanted): string {
  return JSON.stringify(bodies[wanted.profile](wanted));
}
