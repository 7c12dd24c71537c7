import { chosenApps } from './chosen-apps.ts';

/** What only a webhook_url can have. */
const webhookFields = ['webhook_events', 'webhook_secret', 'webhook_headers'];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Judges whom a wish wants to have told, as far as that is possible without asking the notifier. */
export function judgeAnnouncement(body: Readonly<Record<string, unknown>>, problems: Record<string, readonly string[]>): void {
  if (body.webhook_url === undefined)
    for (const field of webhookFields) if (!isEmpty(body[field])) problems[field] ??= ['needs a webhook_url'];
  // Of too many none is looked at.
  if (Object.hasOwn(problems, 'apps')) return;
  for (const { name, id } of chosenApps(body.apps)) if (!uuid.test(id)) problems[name.slice(0, 100)] ??= ['must be the id of an app'];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
