import type { ExactOptions } from '../core/options.ts';

/** What the studio needs of a browser, whatever it is. */
export interface Camera {
  /**
   * Takes one picture. Rejects with a Failure: one of a page (`timeout`, `dns_failed`, …), or a retryable one when the browser
   * was lost. When the signal aborts it gives up at once; the reason of the signal is the Failure.
   */
  shoot(order: Order, signal: AbortSignal): Promise<Picture>;
}

/** What to take a picture of. */
export interface Order {
  /** For the log. */
  id: string;
  url: string;
  options: ExactOptions;
}

/** A finished picture. */
export interface Picture {
  body: Buffer;
  mimeType: string;
  /** In image pixels. */
  width: number;
  height: number;
}
