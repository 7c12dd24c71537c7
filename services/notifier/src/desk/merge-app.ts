import { clone, create, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { type App, type RuleProblems, S3AppSchema, WebhookAppSchema } from '@shotwire/contract';
import type { GivenApp } from './accept-app.ts';
import type { AppKind } from './stored-app.ts';

const nameOf = { webhook: 'a webhook', s3: 'a bucket' } as const;

interface Change {
  stored: { description: string; kind: AppKind };
  given: GivenApp;
  /** Paths such as description, webhook.url, or s3 for all its fields. */
  paths: readonly string[];
}

/** An app with the fields that a mask names taken from another, and what is wrong with the mask. */
export function mergeApp({ stored, given, paths }: Change): { merged: GivenApp; problems: RuleProblems } {
  const problems: RuleProblems = {};
  if (paths.length === 0) problems.mask = ['must name a field'];
  const { case: kind } = stored.kind;
  const stays = `cannot be set: the app is ${nameOf[kind]}, and stays it`;
  if (given.kind.case !== undefined && given.kind.case !== kind) problems[given.kind.case] = [stays];

  const names = new Set<string>();
  for (const path of paths) {
    const [head = '', name, ...deeper] = path.split('.');
    const schema: DescMessage | undefined = head === 'webhook' ? WebhookAppSchema : head === 's3' ? S3AppSchema : undefined;
    const fields = schema?.fields.filter((field) => name === undefined || field.name === name) ?? [];
    if (path === 'description') continue;
    if (fields.length === 0 || deeper.length > 0)
      problems.mask = [...(problems.mask ?? []), `has "${path.slice(0, 100)}", which is no field of an app`];
    else if (head !== kind) problems[path] = [stays];
    else for (const field of fields) names.add(field.localName);
  }
  return {
    merged: {
      description: paths.includes('description') ? given.description : stored.description,
      kind: mergeKind(stored.kind, given.kind, names),
    },
    problems,
  };
}

function mergeKind(stored: AppKind, given: App['kind'], names: ReadonlySet<string>): AppKind {
  if (stored.case === 'webhook')
    return {
      case: 'webhook',
      value: mergeFields(WebhookAppSchema, stored.value, given.case === 'webhook' ? given.value : undefined, names),
    };
  return { case: 's3', value: mergeFields(S3AppSchema, stored.value, given.case === 's3' ? given.value : undefined, names) };
}

function mergeFields<Desc extends DescMessage>(
  desc: Desc,
  stored: MessageShape<Desc>,
  given: MessageShape<Desc> = create(desc),
  names: ReadonlySet<string>,
): MessageShape<Desc> {
  const taken = Object.entries(given).filter(([name]) => names.has(name));
  return Object.assign(clone(desc, stored), Object.fromEntries(taken));
}
