import type { ExactOptions } from '../../core/options.ts';
import type { Room } from '../room/room.ts';

/** What the steps of one capture share. */
export interface Shot {
  readonly room: Room;
  readonly url: string;
  readonly options: ExactOptions;
  readonly signal: AbortSignal;
  /** What the picture shows, in CSS pixels of the page; set by frame. */
  clip: { x: number; y: number; width: number; height: number };
  /** The encoded picture; set by snap. */
  body: Buffer;
}

/** One step of a capture. */
export type Step = (shot: Shot) => Promise<void>;
