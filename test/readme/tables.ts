import { settings as captureSettings } from '@shotwire/capture/settings';
import type { Settings } from '@shotwire/config';
import { OptionsSchema, rulesOf, wordsOf } from '@shotwire/contract';
import { failures } from '@shotwire/failures';
import { settings as gatewaySettings } from '@shotwire/gateway/settings';
import { settings as notifierSettings } from '@shotwire/notifier/settings';
import { devices, models } from '../../services/capture/src/chrome/devices.ts';
import { type DeviceTraits, deviceKey } from '../../services/capture/src/core/devices.ts';
import { scopesOfRoutes } from '../../services/gateway/src/keys/scopes-of-routes.ts';
import { fieldSchemaOf } from '../../services/gateway/src/schema/field-schema.ts';
import { wishFields } from '../../services/gateway/src/screenshots/schema.ts';

const services: Readonly<Record<string, Settings>> = { gateway: gatewaySettings, capture: captureSettings, notifier: notifierSettings };

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** Every setting of every service, each named once. */
function settingsTable(): string {
  const users = new Map<string, { says: string; fallback: string | undefined; names: string[] }>();
  for (const [name, settings] of Object.entries(services)) {
    for (const { env, says, fallback } of Object.values(settings)) {
      const known = users.get(env);
      if (known) known.names.push(name);
      else users.set(env, { says, fallback, names: [name] });
    }
  }
  const rows = [...users].map(([env, { says, fallback, names }]) => [
    `\`${env}\``,
    names.length === Object.keys(services).length ? 'all' : names.join(', '),
    // How many slots there are by default is a matter of the machine.
    env === 'CHROME_SLOTS' ? 'processors + 1' : fallback === undefined ? '**must be set**' : fallback === '' ? '–' : `\`${fallback}\``,
    says,
  ]);
  return table(['setting', 'service', 'default', 'what it is'], rows);
}

type Field = (typeof OptionsSchema.fields)[number];

/** What a field may be, in a few words. Those of another message are told below, under its name. */
function allowedOf(field: Field): string {
  const rules = rulesOf(field);
  const text =
    rules?.patternSays.replace(/^must be (a |an )?/, '') ||
    (rules?.maxLength === undefined ? 'text' : `text of at most ${rules.maxLength} characters`);
  const words = field.enum && [...wordsOf(field.enum).values()].join(', ');
  switch (field.fieldKind) {
    case 'message':
      return `[object](#${field.name})`;
    case 'list':
      return `list of at most ${rules?.maxItems}: ${field.message ? `[objects](#${field.name})` : (words ?? text)}`;
    case 'map':
      return `object of at most ${rules?.maxItems} texts, each of at most ${rules?.maxLength} characters`;
    case 'enum':
      return words ?? '';
    default:
      return { boolean: 'true, false', string: text }[fieldSchemaOf(field).type as string] ?? `${rules?.min} to ${rules?.max}`;
  }
}

/** Fields as their rules describe them, by the names that they have in their message or in the REST API. */
function fieldsTable(fields: readonly Field[] | Readonly<Record<string, Field>>): string {
  const named = Array.isArray(fields) ? fields.map((field: Field) => [field.name, field] as const) : Object.entries<Field>(fields);
  const rows = named.map(([name, field]) => {
    const { defaultJson = '', required = false, secret = false, says = '' } = rulesOf(field) ?? {};
    const fallback = required ? '**must be set**' : defaultJson === '' ? '–' : `\`${defaultJson.replaceAll('"', '')}\``;
    return [`\`${name}\``, fallback, allowedOf(field), secret ? `${says} A secret: never shown again.` : says];
  });
  return table(['option', 'default', 'allowed', 'what it does'], rows);
}

/** The options that have fields of their own, each under its name. */
function objectsTables(): string {
  const sections = OptionsSchema.fields.flatMap(({ name, message }) => (message ? [`## ${name}\n\n${fieldsTable(message.fields)}`] : []));
  return sections.join('\n\n');
}

/** The options that most wishes are made of. */
const common =
  'width height format quality full_page device dark_mode block_ads block_cookies selector wait_until wait_for_selector stable delay timeout retina also pdf';

/** What each scope of a key opens. */
function scopesTable(): string {
  const routes = Object.groupBy(Object.keys(scopesOfRoutes), (route) => scopesOfRoutes[route] as string);
  return table(
    ['scope', 'opens, under `/api/v1`'],
    Object.entries(routes).map(([scope, opened]) => [`\`${scope}\``, (opened ?? []).map((route) => `\`${route}\``).join(', ')]),
  );
}

function devicesTable(): string {
  const rows = models.map((name) => {
    const { viewport, deviceScaleFactor } = devices.get(deviceKey(name)) as DeviceTraits;
    return [name, `${viewport?.width} × ${viewport?.height}`, String(deviceScaleFactor)];
  });
  return table(['device', 'viewport', 'device_scale_factor'], rows);
}

/** Every way of saying no. */
function failuresTable(): string {
  const rows = Object.entries(failures).map(([kind, { http, retryable, says }]) => [
    `\`${kind.toUpperCase()}\``,
    String(http),
    retryable ? 'yes' : 'no',
    says,
  ]);
  return table(['code', 'status', 'again', 'what it means'], rows);
}

const tables: Readonly<Record<string, () => string>> = {
  settings: settingsTable,
  wish: () => fieldsTable(wishFields),
  common: () =>
    fieldsTable(OptionsSchema.fields.filter(({ name }) => common.split(' ').includes(name))).replaceAll('(#', '(docs/options.md#'),
  options: () => fieldsTable(OptionsSchema.fields),
  objects: objectsTables,
  devices: devicesTable,
  scopes: scopesTable,
  failures: failuresTable,
};

/** The files with tables, from the root of the repository, and how many each has. */
export const filesWithTables: Readonly<Record<string, number>> = {
  'README.md': 2,
  'docs/options.md': 3,
  'docs/devices.md': 1,
  'docs/keys.md': 1,
  'docs/errors.md': 1,
};

/** A text with everything between `<!-- table: NAME -->` and `<!-- end -->` made anew. Throws on a name that is no table's. */
export function renewTables(text: string): string {
  return text.replaceAll(/(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const make = tables[name];
    if (!make) throw new Error(`there is no table ${name}`);
    return `${begin}${make()}\n${end}`;
  });
}
