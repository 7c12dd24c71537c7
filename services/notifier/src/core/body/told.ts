import type { Event, Instant } from '@shotwire/contract';

/** What a body is made from. */
export interface Told {
  event: Event;
  /** When its first attempt began. */
  sentAt: Instant;
  /** Where clients reach this installation. */
  publicUrl: URL;
  /** A link to the image that works without an API key, for a while. */
  imageLink: (of: { accountId: string; screenshotId: string; mimeType: string }) => string;
}
