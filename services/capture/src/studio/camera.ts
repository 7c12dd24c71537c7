import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FindingsSchema } from '@shotwire/contract';
import type { ExactOptions } from '../core/options.ts';
import type { RobotsRules } from '../core/robots-rules.ts';
import type { Moment } from '../report/report.ts';

/** What the studio needs of a browser, whatever it is. */
export interface Camera {
  /**
   * Captures one page. Rejects with a Failure: one of a page (`timeout`, `dns_failed`, …), or a retryable one when the browser
   * was lost. When the signal aborts it gives up at once; the reason of the signal is the Failure.
   * A capture that fails has a report too: `tell` is given what is known so far, as often as there is more to say, and at last
   * before the promise rejects. What is told later is not heard.
   */
  shoot(order: Order, signal: AbortSignal, tell?: (report: Report) => void): Promise<Capture>;
}

/** What to take a picture of: the page at url, or the page that html or markdown is. */
export interface Order {
  /** For the log. */
  id: string;
  /** Captures of one account may share what those of two never do. */
  accountId: string;
  /** Empty when the page came with the wish. */
  url: string;
  html?: string;
  markdown?: string;
  /** Also read where the page links to. */
  links?: boolean;
  /** In a browser of its own: one that was shared has been lost too often. */
  alone?: boolean;
  options: ExactOptions;
}

/** A capture that went well. */
export interface Capture {
  /** The first is the main one, that of `format`; then those of `also`, and slices. */
  artefacts: readonly [Artefact, ...Artefact[]];
  report: Report;
  /** What lists and webhooks show of the report. */
  findings: Findings;
  /** Where the page links to, if that was asked for. */
  links?: Links;
}

/** Where a page links to. */
export interface Links {
  /** The address of the page, after all redirects. */
  from: string;
  /** Absolute URLs, as the page has them: any text there is. */
  urls: readonly string[];
}

/** What sites ask of robots. */
export interface Robots {
  /** The rules of a site. Rejects with the signal's reason and nothing else: a site that cannot be asked allows nothing. */
  rulesFor(origin: string, signal: AbortSignal): Promise<RobotsRules>;
}

/** One result of a capture. */
export interface Artefact {
  /** Its name among them, of letters, digits and `-`: png, pdf, slice-2. */
  name: string;
  body: Buffer;
  mimeType: string;
  /** In image pixels; 0 when it is no image. */
  width: number;
  height: number;
}

/** All that was found out about a page, in the words of the API: it becomes JSON as it is. */
export type Report = Readonly<Record<string, unknown>> & { timeline?: readonly Moment[] };

/** The verdicts and facts of a report that go into the resource; those left out are false or empty. */
export type Findings = MessageInitShape<typeof FindingsSchema>;
