/** A moment of a capture. */
export interface Moment {
  /** On the clock of performance.now(). */
  atMs: number;
  event: string;
  [fact: string]: unknown;
}

/** What one kind of resource cost. */
export interface Traffic {
  requests: number;
  /** Bytes as they came over the wire, headers included. */
  bytes: number;
}

/** A redirect of the page itself. */
export interface Redirect {
  url: string;
  status: number;
}

/** The certificate behind the page. */
export interface Tls {
  protocol: string;
  issuer: string;
  subject: string;
  valid_from: string;
  valid_to: string;
}

/** What a page says about itself. */
export interface SelfPortrait {
  title: string;
  description: string | null;
  language: string | null;
  open_graph: Readonly<Record<string, string>>;
  favicon: string | null;
  /** Height of the whole page, in CSS pixels. */
  height: number;
}

/** What was seen of a page on the network. */
export interface Sightings {
  final_url: string | null;
  status: number | null;
  headers: Readonly<Record<string, string>>;
  redirects: readonly Redirect[];
  tls: Tls | null;
  traffic: Traffic & { by_type: Readonly<Record<string, Traffic>> };
  failed: readonly { url: string; error: string }[];
  console: readonly { level: string; text: string }[];
}

/** What is thought of a page; null where nobody came to look. */
export interface Verdicts {
  blank: Blank | null;
  challenge: Challenge | null;
  /** Whether the server answered with an error. */
  error_page: boolean | null;
  /** Whether a consent dialog was there and is gone. */
  banner_removed: boolean | null;
}

/** Whether the page asks its visitor to prove being human, and by which sign that was seen. */
export interface Challenge {
  verdict: boolean;
  by: string | null;
}

/** Whether a picture shows nothing, with its measure. */
export interface Blank {
  verdict: boolean;
  /** Share of the most common colour, 0 to 1. */
  share: number;
  /** Distinct colours of the picture made small. */
  colours: number;
}

/** How a capture was tried, and what came of it; null where nobody came to look. */
export interface Attempt {
  strategy: 'plain' | 'patient';
  blank: boolean | null;
  challenge: boolean | null;
  /** The code of the failure that it ended with. */
  error: string | null;
}
