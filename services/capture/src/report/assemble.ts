import type { Findings, Report } from '../studio/camera.ts';
import type { Attempt, Blank, Challenge, Moment, SelfPortrait, Sightings, Verdicts } from './report.ts';

/** All that is known of a page; what it did not come to is undefined. */
export interface Facts {
  /** The browser and its version. */
  browser: string;
  /** Where the page came from: a URL, or html or markdown that came with the wish. */
  source: 'url' | 'html' | 'markdown';
  timeline: readonly Moment[];
  /** The first one first. */
  attempts: readonly [Attempt, ...Attempt[]];
  sightings: Sightings;
  portrait: SelfPortrait | undefined;
  picture: PictureFacts | undefined;
  video: VideoFacts | undefined;
  consent: { detected: boolean; removed: boolean; by?: string; cmp?: string } | undefined;
  blocked: { entries: readonly { url: string; type: string; reason: string }[]; counts: Readonly<Partial<Record<string, number>>> };
  challenge: Challenge | undefined;
  /** What was not waited for when the time was over; undefined when nothing was left out. */
  partial: string | undefined;
}

/** What is known of the picture. */
export interface PictureFacts {
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  /** Null when it is no picture made of pixels. */
  perceptual_hash: string | null;
  blank: Blank | null;
  page_height: number | null;
  tiles: number | null;
  scrolled: { ended: string; pixels: number; scroller: string } | null;
  /** Nothing fitted the selector, and the page was taken instead. */
  fell_back_to_page: boolean;
}

/** What is known of the video. */
export interface VideoFacts {
  format: string;
  width: number;
  height: number;
  fps: number;
  /** Seconds. */
  duration: number;
  /** How often the page was seen to have changed, and its first picture. */
  frames: number;
}

/** What is thought of the page. */
function verdictsOf({ picture, sightings, consent, challenge }: Facts): Verdicts {
  return {
    blank: picture?.blank ?? null,
    challenge: challenge ?? null,
    error_page: sightings.status === null ? null : sightings.status >= 400,
    banner_removed: consent ? consent.detected && consent.removed : null,
  };
}

/** What is said of one try however much came of it. */
export type Seen = Pick<Facts, 'timeline' | 'attempts'>;

/** What is known of the attempt that is kept, with the moments and the ends of both, one after the other. */
export function withSecond(kept: Facts, first: Seen, second: Seen, begunMs: number): Facts {
  const begun = { atMs: begunMs, event: 'second_attempt' };
  return {
    ...kept,
    timeline: [...first.timeline, begun, ...second.timeline],
    attempts: [...first.attempts, ...second.attempts],
  };
}

/** The report, as it is stored. */
export function reportOf(facts: Facts): Report {
  const { browser, source, timeline, attempts, sightings, portrait, picture, video, consent, blocked, partial } = facts;
  const { final_url, status, headers, redirects, tls, traffic, failed, console } = sightings;
  const { blank: _inVerdicts, ...image } = picture ?? { blank: null };
  return {
    verdicts: verdictsOf(facts),
    attempts,
    partial: partial ?? null,
    source,
    page: { final_url: source === 'url' ? final_url : null, status, headers, redirects, ...portrait },
    tls,
    picture: picture ? image : null,
    video: video ?? null,
    timeline,
    traffic,
    blocked,
    failed,
    console,
    consent: consent ?? null,
    browser,
  };
}

/** What of it goes into lists and webhooks. */
export function findingsOf(facts: Facts): Findings {
  const { blank, challenge, error_page, banner_removed } = verdictsOf(facts);
  const { source, sightings, portrait, picture, partial } = facts;
  return {
    blank: blank?.verdict ?? false,
    challenge: challenge?.verdict ?? false,
    errorPage: error_page ?? false,
    bannerRemoved: banner_removed ?? false,
    partial: partial !== undefined,
    finalUrl: source === 'url' ? (sightings.final_url ?? '') : '',
    httpStatus: sightings.status ?? 0,
    title: portrait?.title ?? '',
    sha256: picture?.sha256 ?? '',
    perceptualHash: picture?.perceptual_hash ?? '',
  };
}
