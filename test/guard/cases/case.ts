import type { Answered } from '../town/name-server.ts';
import type { Place } from '../town/place.ts';

/** What a row may mention: its own port, a name of its own, and the web server that may be visited (`host` or `host:port`). */
export interface Means {
  readonly port: number;
  readonly name: string;
  readonly street: string;
}

/**
 * How a case is tried. `embedded`: a page embeds the URL as an image. `visited`: the URL is captured. `revisited`: it is captured
 * twice. `vector`: a page holds this HTML. `secure`: the same in a secure context. `posted`: it is called as a webhook is.
 * `said`: the text is sent to the proxy as it is, `PROXY` standing for the proxy's own address.
 */
export type Way = 'embedded' | 'visited' | 'revisited' | 'vector' | 'secure' | 'posted' | 'said';

/** One way to reach what must not be reached. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly way: Way;
  /** The URL, the HTML or the text. */
  readonly write: (means: Means) => string;
  /** What its own name resolves to. */
  readonly records?: readonly (readonly Answered[])[];
  /** Its victim is this machine's loopback, so that it needs no namespaces. */
  readonly loopback: boolean;
  /** Why nothing arrives even with the guard off. Such a row is tried, but is no case. */
  readonly unprovable?: string;
}

/** A row with its place in the table. A connection or a packet to its port, or a question for its name past our resolver, is a hit. */
export interface Case extends Row {
  readonly port: number;
  /** The name of its own. */
  readonly host: string;
  /** The URL, the HTML or the text. */
  readonly text: string;
}

/** Gives each row its port and name. */
export function layOut(rows: readonly Row[], place: Place): Case[] {
  const street = place.street.port === 80 ? place.street.host : `${place.street.host}:${place.street.port}`;
  return rows
    .filter((row) => place.namespaces || row.loopback)
    .map((row, index) => {
      const [port, host] = [place.base + index, `case-${index}.guard.test`];
      return { ...row, port, host, text: row.write({ port, name: host, street }) };
    });
}
