import { type Deadline, deadline } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { VideoFormat } from '../../core/formats.ts';
import { budgetMs, type ExactOptions, filmMs } from '../../core/options.ts';
import type { VideoFacts } from '../../report/assemble.ts';
import type { Links, Order } from '../../studio/camera.ts';
import type { Removal } from '../blocking/consent/open-consent.ts';
import type { BlockingPlan } from '../blocking/open-blocking.ts';
import type { Encoder } from '../film/encoder.ts';
import type { Interceptor } from '../intercept/interceptor.ts';
import type { Pictures } from '../picture/take-pictures.ts';
import type { Room } from '../room/room.ts';

/** Something that happened during a capture. */
export interface Note {
  readonly event: string;
  /** On the clock of performance.now(). */
  readonly atMs: number;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What happened during a capture, in order. */
export interface Notes {
  readonly all: readonly Note[];
  /** At `atMs`, on the clock of performance.now(), where it is told later than it happened. */
  mark(event: string, facts?: Readonly<Record<string, unknown>>, atMs?: number): void;
}

/** What was seen of a page so far. */
export interface Seen {
  /** The status of the answer that the main frame shows; undefined before the first. */
  status: number | undefined;
  /** The first error that the page wrote to its console or did not catch; listened for where the options ask. */
  consoleError: string | undefined;
  /** The first request that failed and that the options ask about. */
  failedRequest: { url: string; why: string } | undefined;
}

/** A result that is no picture. */
export interface Output {
  readonly format: 'pdf' | 'html' | 'mhtml' | 'markdown' | VideoFormat;
  readonly body: Buffer;
}

/** What the steps of one capture share. Disposing it ends its clocks and what its steps listen to. */
export interface Shot extends Disposable {
  readonly room: Room;
  readonly order: Order;
  /** The page's address; one of ours when it came with the wish. */
  readonly url: string;
  readonly options: ExactOptions;
  /** The time of the whole capture. */
  readonly signal: AbortSignal;
  /** The time of the page: with best_attempt it ends while there is time left for a picture. */
  readonly pageSignal: AbortSignal;
  readonly notes: Notes;
  /** Who decides about the page's requests, in order; armed when the page is opened. */
  readonly interceptors: Interceptor[];
  /** Called when the capture has ended, however it did. */
  onEnd(undo: () => void): void;
  /** What was seen of the page that a judgement may need. */
  readonly seen: Seen;
  /** What is kept from the page. */
  readonly plan: BlockingPlan;
  /** What encodes videos. */
  readonly encoder: Encoder;
  /** What became of consent dialogs; undefined as long as nobody looked. */
  removal: Removal | undefined;
  /** What of the page was not waited for, when best_attempt took what was there. */
  partial: string | undefined;
  /** What was taken; set by snap. */
  pictures: Pictures | undefined;
  /** Results that are no pictures; set by print. */
  readonly outputs: Output[];
  /** What is known of the video, where there is one; set by print. */
  film: VideoFacts | undefined;
  /** Where the page links to; set by the step of that name. */
  links: Links | undefined;
}

/** One step of a capture. */
export type Step = (shot: Shot) => Promise<void>;

/** What is kept for the picture of what is there when the time of the page is over. */
const PICTURE_MS = 5_000;

type Given = Pick<Shot, 'room' | 'order' | 'url' | 'options' | 'plan' | 'encoder' | 'signal'>;

/** Begins what the steps of a capture share. */
export function openShot({ options, signal, ...given }: Given): Shot {
  const ending = new DisposableStack();
  const limit = options.bestAttempt ? ending.use(pageLimit(options, signal)) : undefined;
  const all: Note[] = [];
  return {
    ...given,
    options,
    signal,
    pageSignal: limit?.signal ?? signal,
    notes: { all, mark: (event, facts = {}, atMs = performance.now()) => void all.push({ event, atMs, facts }) },
    interceptors: [],
    onEnd: (undo) => ending.defer(undo),
    seen: { status: undefined, consoleError: undefined, failedRequest: undefined },
    removal: undefined,
    partial: undefined,
    pictures: undefined,
    outputs: [],
    film: undefined,
    links: undefined,
    [Symbol.dispose]: () => ending.dispose(),
  };
}

function pageLimit(options: ExactOptions, signal: AbortSignal): Deadline {
  const whole = budgetMs(options) - filmMs(options);
  const says = `Page load timed out after ${options.timeout} ${options.timeout === 1 ? 'second' : 'seconds'}.`;
  return deadline(whole - Math.min(PICTURE_MS, whole * 0.4), new Failure('timeout', { says }), signal);
}
