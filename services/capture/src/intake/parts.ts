import type { AllowEntry } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { Postgres } from '@shotwire/postgres';
import type { CallContext } from '@shotwire/rpc';
import type { Devices } from '../core/devices.ts';
import type { VideoFormat } from '../core/formats.ts';
import type { ForetellPictures } from './explain.ts';
import type { Room } from './room.ts';

/** What intake's calls are made with. */
export interface IntakeParts {
  postgres: Postgres;
  newId: () => string;
  /** Something was committed: a screenshot to capture, an event to publish, or an image to remove. */
  onCommitted: () => void;
  devices: Devices;
  videos: ReadonlySet<VideoFormat>;
  room: Room;
  leaseS: number;
  retentionHours: number;
  /** What the camera knows of pictures before it sees their page. */
  foretell: ForetellPictures;
  egressAllow: readonly AllowEntry[];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text in lower case is a UUID. */
export function isId(text: string): boolean {
  return uuid.test(text);
}

/** An id as Postgres takes it. What is no UUID names nothing. */
export function idOf({ id }: { id: string }): string {
  const lower = id.toLowerCase();
  if (!isId(lower)) throw new Failure('not_found');
  return lower;
}

/** The account that calls. */
export function accountOf({ account }: CallContext): string {
  if (!account) throw new Failure('invalid_api_key');
  return account;
}
