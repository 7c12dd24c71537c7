import { settings as captureSettings } from '@shotwire/capture/settings';
import type { Settings } from '@shotwire/config';
import { OptionsSchema, rulesOf, wordsOf } from '@shotwire/contract';
import { settings as gatewaySettings } from '@shotwire/gateway/settings';
import { settings as notifierSettings } from '@shotwire/notifier/settings';

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

/** Every option of a screenshot. */
function optionsTable(): string {
  const rows = OptionsSchema.fields.map((field) => {
    const rules = rulesOf(field);
    const allowed =
      field.fieldKind === 'enum'
        ? [...wordsOf(field.enum).values()].join(', ')
        : rules?.min === undefined
          ? 'true, false'
          : `${rules.min} to ${rules.max}`;
    return [`\`${field.name}\``, `\`${rules?.defaultJson.replaceAll('"', '')}\``, allowed, rules?.says ?? ''];
  });
  return table(['option', 'default', 'allowed', 'what it does'], rows);
}

const tables: Readonly<Record<string, () => string>> = { settings: settingsTable, options: optionsTable };

/** A text with everything between `<!-- table: NAME -->` and `<!-- end -->` made anew. Throws on a name that is no table's. */
export function renewTables(text: string): string {
  return text.replaceAll(/(<!-- table: (\w+) -->\n)[^<]*(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const make = tables[name];
    if (!make) throw new Error(`there is no table ${name}`);
    return `${begin}${make()}\n${end}`;
  });
}
