import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AnnouncementSchema, DeskService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { chosenApps } from './chosen-apps.ts';
import type { Wish } from './schema.ts';

interface SealParts {
  desk: Pick<RpcClient<typeof DeskService>, 'sealWebhook' | 'checkApps'>;
  context: Partial<CallContext>;
}

/**
 * Whom a wish wants to have told, as it travels: what is secret is sealed by the notifier, which also knows the apps.
 * It is asked only for a wish that has one or the other. Failure `validation_error` in the wish's own names, or what kept the notifier from answering.
 */
export async function sealAnnouncement(wish: Wish, { desk, context }: SealParts): Promise<MessageInitShape<typeof AnnouncementSchema>> {
  const { webhook_url: webhookUrl, webhook_events: webhookEvents = [], webhook_secret: secret = '', webhook_headers: headers = {} } = wish;
  const chosen = chosenApps(wish.apps);
  const apps = Object.fromEntries(chosen.map(({ id, pathTemplate }) => [id, pathTemplate]));
  const namesOf = (id: string) => chosen.filter((app) => app.id === id).map(({ name }) => name);

  const [sealing, checking] = await Promise.allSettled([
    secret !== '' || Object.keys(headers).length > 0 ? desk.sealWebhook({ secret, headers }, { context }) : undefined,
    chosen.length > 0 ? desk.checkApps({ apps }, { context }) : undefined,
  ]);
  const failures = [sealing, checking].flatMap((one) => (one.status === 'rejected' ? [Failure.from(one.reason)] : []));
  if (failures.length > 0) throw inWordsOfTheWish(failures, namesOf);
  const webhookSealed = sealing.status === 'fulfilled' ? sealing.value?.sealed : undefined;
  return { ...(webhookUrl !== undefined && { webhookUrl }), webhookEvents, ...(webhookSealed && { webhookSealed }), apps };
}

/** All that is wrong with the wish, in one; or else the first other failure. */
function inWordsOfTheWish(failures: readonly Failure[], namesOf: (id: string) => readonly string[]): Failure | undefined {
  const wrong = failures.filter(({ kind }) => kind === 'validation_error');
  if (wrong.length === 0) return failures[0];
  const problems = wrong.flatMap(({ fields = {} }) => Object.entries(fields));
  const fields = problems.flatMap(([field, sentences]) => wishNames(field, namesOf).map((name) => [name, sentences] as const));
  return new Failure('validation_error', { fields: Object.fromEntries(fields), cause: wrong[0] });
}

/** What the wish calls a field that the notifier names: secret, headers.<name>, apps.<id>. */
function wishNames(field: string, namesOf: (id: string) => readonly string[]): readonly string[] {
  const [root, id = ''] = field.split('.', 2);
  if (root === 'apps') return namesOf(id);
  return root === 'secret' || root === 'headers' ? [`webhook_${field}`] : [field];
}
