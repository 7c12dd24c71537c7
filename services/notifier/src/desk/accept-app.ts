import { clone, create, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { type App, AppSchema, type RuleProblems, rulesOf, S3AppSchema, WebhookAppSchema, withRules } from '@shotwire/contract';
import { eventTypeProblem, isEventType } from '../core/event-types.ts';
import { templateProblem } from '../core/object-key.ts';
import { headerProblems } from './header-problems.ts';
import type { AppKind } from './stored-app.ts';

/** What a client may say of an app. */
export type GivenApp = Pick<App, 'description' | 'kind'>;

/** An app to be with every default filled in, and what is wrong with it by field; of its address nothing but whether it is there. */
export interface AcceptedApp {
  description: string;
  kind: AppKind | undefined;
  problems: RuleProblems;
}

/** Checks an app as far as that is possible without asking anyone. */
export function acceptApp({ description, kind }: GivenApp): AcceptedApp {
  const { message, problems } = withRules(AppSchema, create(AppSchema, { description, kind: withNumbers(kind) }));
  const note = (field: string, sentence: string | undefined) => {
    if (sentence !== undefined) problems[field] ??= [sentence];
  };
  if (/\p{Cc}/u.test(description)) note('description', 'must not contain control characters');

  const accepted = message.kind;
  if (accepted.case === undefined) {
    note('webhook', 'is required, or s3');
    return { description, kind: undefined, problems };
  }
  if (accepted.case === 'webhook') {
    for (const [index, type] of accepted.value.events.entries()) if (!isEventType(type)) note(`webhook.events[${index}]`, eventTypeProblem);
    for (const [name, sentence] of headerProblems(accepted.value.headers)) note(`webhook.headers.${name}`, sentence);
  } else {
    const { pathTemplate, accessKey } = accepted.value;
    note('s3.path_template', templateProblem(pathTemplate));
    if (!/^[\x21-\x7e]*$/.test(accessKey)) note('s3.access_key', 'must be printable ASCII characters');
  }
  return { description, kind: accepted, problems };
}

/** Proto cannot tell a number that is 0 from one that was not given, and where there is another default 0 is not allowed. */
function withNumbers(kind: App['kind']): App['kind'] {
  if (kind.case === 'webhook') return { case: 'webhook', value: withDefaultNumbers(WebhookAppSchema, kind.value) };
  return kind.case === 's3' ? { case: 's3', value: withDefaultNumbers(S3AppSchema, kind.value) } : kind;
}

function withDefaultNumbers<Desc extends DescMessage>(desc: Desc, given: MessageShape<Desc>): MessageShape<Desc> {
  const defaults = desc.fields.flatMap((field) => {
    const value: unknown = JSON.parse(rulesOf(field)?.defaultJson || 'null');
    const isUnset = (given as Record<string, unknown>)[field.localName] === 0;
    return field.fieldKind === 'scalar' && typeof value === 'number' && isUnset ? [[field.localName, value]] : [];
  });
  return Object.assign(clone(desc, given), Object.fromEntries(defaults));
}
