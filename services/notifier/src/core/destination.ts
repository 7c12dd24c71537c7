import type { Announcement, Event } from '@shotwire/contract';
import { laneOfApp } from './lane.ts';

/** Where an event is to be delivered. */
export interface Destination {
  /** What names it within the event: one event is delivered to it once. */
  destination: string;
  /** What it shares its turn with. */
  lane: string;
  /** The screenshot or batch that the event is about. */
  subjectId: string | null;
  /** The app; null for a URL that came with the request. */
  appId: string | null;
  /** That URL. */
  url: string | null;
  /** Where an upload goes; null where its app's own template says it. */
  pathTemplate: string | null;
  /** Secret and headers that came with the URL. */
  sealed: Uint8Array | null;
  /** Whether it waits until its app is enabled. */
  paused: boolean;
}

/** An app, as far as it matters here. */
export interface AppForEvent {
  id: string;
  kind: 'webhook' | 's3';
  state: 'enabled' | 'paused' | 'disabled';
  /** The types of events that it gets; empty for all that are not operational. */
  events: readonly string[];
}

/** What goes to a webhook_url that does not say what it wants. */
const announced = ['screenshot.completed', 'screenshot.failed', 'batch.completed', 'batch.failed'];

/** Events about the work that was asked for. */
const ofWork = ['screenshot.completed', 'screenshot.failed', 'screenshot.cancelled', 'batch.completed', 'batch.failed'];

/** Events about what became of an image that went to a bucket. */
const ofUploads = ['app.upload.finished', 'app.upload.failed'];

/** Events about the post room's own doings. */
const operational = ['app.disabled', 'delivery.failing', 'delivery.exhausted', 'delivery.recovered'];

/** Whether an event goes to all apps of its account that name its type, rather than to those that its screenshot or batch lists. */
export function wantsAppsNaming(type: string): boolean {
  return operational.includes(type);
}

/**
 * The destinations of an event. Among the apps are those that its screenshot or batch lists, as far as there are such,
 * or all of the account where the event wants those that name its type.
 */
export function destinationsOf(event: Event, apps: readonly AppForEvent[]): Destination[] {
  if (wantsAppsNaming(event.type)) return operationalDestinations(event, apps);
  const subject = event.type.startsWith('batch.') ? event.batch : event.screenshot;
  const announcement = subject?.announcement;
  if (!announcement || ![...ofWork, ...ofUploads].includes(event.type)) return [];
  const { accountId, type } = event;
  return [
    ...(wantsUrl(announcement, type) ? [toUrl({ accountId, announcement, subjectId: subject.id })] : []),
    ...apps
      .filter(({ id }) => Object.hasOwn(announcement.apps, id))
      .filter((app) => wantsApp(app, type))
      .map((app) => toApp({ accountId, app, subjectId: subject.id, pathTemplate: announcement.apps[app.id] })),
  ];
}

function wantsUrl({ webhookUrl, webhookEvents }: Announcement, type: string): boolean {
  return webhookUrl !== '' && (webhookEvents.length > 0 ? webhookEvents : announced).includes(type);
}

/** A bucket gets images alone. */
function wantsApp({ kind, events }: AppForEvent, type: string): boolean {
  return kind === 's3' ? type === 'screenshot.completed' : events.length === 0 || events.includes(type);
}

/** Never to the app that it is about, and never about a delivery that carries such news itself: that would not end. */
function operationalDestinations({ type, accountId, app: disabled, delivery }: Event, apps: readonly AppForEvent[]): Destination[] {
  if (delivery && wantsAppsNaming(delivery.eventType)) return [];
  const about = disabled?.id || delivery?.appId;
  return apps
    .filter(({ id, kind, events }) => kind === 'webhook' && id !== about && events.includes(type))
    .map((app) => toApp({ accountId, app, subjectId: delivery?.subjectId }));
}

interface Given {
  accountId: string;
  subjectId: string | undefined;
}

function toUrl({ accountId, subjectId, announcement }: Given & { announcement: Announcement }): Destination {
  const { webhookUrl: url, webhookSealed: sealed } = announcement;
  return {
    destination: 'webhook_url',
    lane: laneOf(accountId, url),
    subjectId: subjectId || null,
    appId: null,
    url,
    pathTemplate: null,
    sealed: sealed.length > 0 ? sealed : null,
    paused: false,
  };
}

function toApp({ accountId, subjectId, app, pathTemplate }: Given & { app: AppForEvent; pathTemplate?: string | undefined }): Destination {
  return {
    destination: app.id,
    lane: laneOfApp({ accountId, id: app.id }),
    subjectId: subjectId || null,
    appId: app.id,
    url: null,
    pathTemplate: (app.kind === 's3' && pathTemplate) || null,
    sealed: null,
    paused: app.state !== 'enabled',
  };
}

/** No host name that resolves is longer; a lane must fit into an index. */
const maxOrigin = 300;

/** Account and endpoint, so that a dead host takes one lane of one account, however many URLs it has. */
function laneOf(accountId: string, text: string): string {
  if (!URL.canParse(text)) return `${accountId} -`;
  const { protocol, hostname, port } = new URL(text);
  return `${accountId} ${`${protocol}//${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`.slice(0, maxOrigin)}`;
}
