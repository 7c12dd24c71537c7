/** An event of a stream, as its lines say it. */
export interface StreamedEvent {
  /** The last id that the stream has named; empty for none so far. */
  id: string;
  type: string;
  data: string;
}

interface Parsing {
  /** Told the id at the end of each event, when that was taken, and of what names an id alone. */
  onId?: (id: string) => void;
  /** Told when the stream names how long to wait before a reconnection. */
  onRetry?: (ms: number) => void;
}

/** An event that is longer than this is none of ours. */
const longestEvent = 1024 * 1024;

/**
 * Server-sent events from bytes, by the WHATWG's rules: what the end cuts off is dropped.
 * Throws a RangeError on an event of more than a million characters.
 */
export async function* parseEvents(
  chunks: AsyncIterable<Uint8Array>,
  { onId, onRetry }: Parsing = {},
): AsyncGenerator<StreamedEvent, void> {
  let [id, type] = ['', ''];
  let data: string[] = [];
  let size = 0;
  for await (const line of linesOf(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { id, type: type || 'message', data: data.join('\n') };
      onId?.(id);
      [type, data, size] = ['', [], 0];
      continue;
    }
    const [, name, value] = /^([^:]*):? ?([\s\S]*)$/.exec(line) as unknown as [string, string, string];
    if (name === 'data') {
      size += value.length;
      if (size > longestEvent) throw new RangeError('an event is too long');
      data.push(value);
    } else if (name === 'event') type = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) onRetry?.(Number(value));
  }
}

/** Lines that end in LF, CR or both, without what follows the last of them. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  // Leaves out a BOM at the beginning.
  const decoder = new TextDecoder();
  let rest = '';
  let afterCr = false;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    const ends = /\r\n|\n|\r/g;
    // What was looked through is not looked through again.
    ends.lastIndex = rest.length + (afterCr && text.startsWith('\n') ? 1 : 0);
    let from = ends.lastIndex - rest.length;
    rest += text;
    for (let end = ends.exec(rest); end; end = ends.exec(rest)) {
      yield rest.slice(from, end.index);
      from = ends.lastIndex;
    }
    rest = rest.slice(from);
    afterCr = text.endsWith('\r');
    if (rest.length > longestEvent) throw new RangeError('a line is too long');
  }
}
