import type { Readable } from 'node:stream';

/** Stored bytes on their way out. */
export interface ArchivedObject {
  /** Must be read to its end or destroyed. Fails with a Failure `storage_failed`. */
  readonly body: Readable;
  /** In bytes. */
  readonly size: number;
  readonly mimeType: string;
}

/** What who only shows images needs. */
export interface ArchiveReader {
  /** The object, or undefined if there is none. The signal also ends the reading of the body. */
  get(wish: { key: string; signal: AbortSignal }): Promise<ArchivedObject | undefined>;
}

/**
 * Object storage. Keys are of letters, digits and `_ . -`, in segments divided by `/`, no segment beginning with a dot;
 * their extension says what they hold. A key is never both an object and the beginning of another key (`a`, `a/b`).
 * Everything that goes wrong is a Failure `storage_failed`, or the signal's reason if that is a Failure.
 */
export interface Archive extends ArchiveReader {
  /**
   * Stores the object whole, in place of an earlier one of this key; whoever reads meanwhile gets the one or the other.
   * When it gives back, the object survives a crash.
   */
  put(wish: { key: string; body: Buffer; mimeType: string; signal: AbortSignal }): Promise<void>;
  /** Removes the object if it is there. */
  delete(wish: { key: string; signal: AbortSignal }): Promise<void>;
  /** The keys that begin with the prefix, in an order of the store's own. */
  list(wish: { prefix: string; signal?: AbortSignal }): AsyncIterable<string>;
  /** Makes the bucket or folder if it is not there, within ten seconds. */
  ready(): Promise<void>;
}

/** Where trouble that was overcome is told. */
export interface ArchiveLog {
  warn(detail: object, sentence: string): void;
}
