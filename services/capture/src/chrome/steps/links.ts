import { deadline } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import { readLinks } from '../outputs/links.ts';
import type { Shot } from './shot.ts';

/** The picture is taken: for where a page leads nobody waits long. */
const LINKS_MS = 5_000;

/** Reads where the page links to. One that does not tell has its picture all the same, and leads nowhere. */
export async function links(shot: Shot): Promise<void> {
  const { room, signal, notes } = shot;
  const from = room.page.url();
  using limit = deadline(LINKS_MS, new Failure('timeout'), signal);
  try {
    shot.links = { from, urls: await readLinks({ session: room.session, signal: limit.signal }) };
    notes.mark('links', { links: shot.links.urls.length });
  } catch (thrown) {
    signal.throwIfAborted();
    notes.mark('links', { links: 0, error: Failure.from(thrown).code });
  }
}
