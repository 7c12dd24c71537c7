import type { ExactOptions } from '../../core/options.ts';
import type { Pictures } from '../picture/take-pictures.ts';
import type { Room } from '../room/room.ts';

/** What the steps of one capture share. */
export interface Shot {
  readonly room: Room;
  readonly url: string;
  readonly options: ExactOptions;
  readonly signal: AbortSignal;
  /** What was taken; set by snap. */
  pictures: Pictures | undefined;
}

/** One step of a capture. */
export type Step = (shot: Shot) => Promise<void>;
