import type { Event } from '@shotwire/contract';

/** Where an event is to be delivered. */
export interface Destination {
  /** What names it within the event: one event is delivered to it once. */
  destination: string;
  url: string;
  /** What it shares its turn with. */
  lane: string;
  screenshotId: string;
}

/** The events that are announced to the URL given with a screenshot. */
const announced = new Set(['screenshot.completed', 'screenshot.failed']);

/** The destinations of an event. */
export function destinationsOf({ type, accountId, screenshot }: Event): Destination[] {
  if (!announced.has(type) || !screenshot?.webhookUrl) return [];
  const { id: screenshotId, webhookUrl: url } = screenshot;
  return [{ destination: 'webhook_url', url, lane: laneOf(accountId, url), screenshotId }];
}

/** No host name that resolves is longer; a lane must fit into an index. */
const maxOrigin = 300;

/** Account and endpoint, so that a dead host takes one lane of one account, however many URLs it has. */
function laneOf(accountId: string, text: string): string {
  if (!URL.canParse(text)) return `${accountId} -`;
  const { protocol, hostname, port } = new URL(text);
  return `${accountId} ${`${protocol}//${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`.slice(0, maxOrigin)}`;
}
