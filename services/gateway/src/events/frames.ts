import { type Event, eventData, type Screenshot, ScreenshotStatusSchema, screenshotData, wordsOf } from '@shotwire/contract';
import type { Tailed } from '@shotwire/events';
import { whenSet } from '../screenshots/when-set.ts';

/** What a stream begins with: how soon to come back, and where it is to go on for who has heard nothing yet. */
export function opening(place: number): string {
  return `retry: 1000\n${placed(place)}`;
}

/** Shows that the connection stands, and how far whoever listens has come. */
export function heartbeat(place: number): string {
  return `:\n${placed(place)}`;
}

/** The same for a stream in which there are no places. */
export const bareHeartbeat = ':\n\n';

const written = new WeakMap<Event, string>();

/** An event as its listeners read it; empty for one that says nothing. All of them are sent the same text. */
export function frameOf({ sequence, event }: Tailed, publicUrl: URL): string {
  const known = written.get(event);
  if (known !== undefined) return known;
  const data = eventData({ event, publicUrl });
  const frame = data ? `id: ${sequence}\n${said(event.type, data)}` : '';
  written.set(event, frame);
  return frame;
}

/** How far a screenshot is. Its end has an id, by which whoever comes back says that it has been heard. */
export function stateFrame(screenshot: Screenshot, { ended, publicUrl }: { ended: boolean; publicUrl: URL }): string {
  const { id, url, createdAt } = screenshot;
  const status = wordsOf(ScreenshotStatusSchema).get(screenshot.status) ?? '';
  if (ended) return `id: ${id}\n${said(`screenshot.${status}`, screenshotData(screenshot, publicUrl))}`;
  return said(`screenshot.${status}`, { id, status, url: url || null, created_at: whenSet(createdAt) });
}

function placed(place: number): string {
  return `id: ${place}\n\n`;
}

function said(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
