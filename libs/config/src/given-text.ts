import { readFileSync } from 'node:fs';
import type { Setting } from './settings.ts';

/** An environment: names and texts. An empty text counts as absent. */
export type Env = Readonly<Record<string, string | undefined>>;

interface Given {
  /** Undefined when nothing is given. */
  text: string | undefined;
  /** Where it is from, for the sentence that refuses it. */
  source: string;
}

/** The variable that names a file which holds a secret instead, as Docker's secrets are. */
export function fileVariableOf({ env }: Pick<Setting<unknown>, 'env'>): string {
  return `${env}_FILE`;
}

/** What is given for a setting: in its variable or, for a secret, in a file, whose contents are trimmed. Or what is wrong about that. */
export function givenText(setting: Pick<Setting<unknown>, 'env' | 'secret'>, env: Env): Given | { mistake: string } {
  const text = env[setting.env] || undefined;
  const variable = fileVariableOf(setting);
  const file = setting.secret ? env[variable] || undefined : undefined;
  if (file === undefined) return { text, source: setting.env };
  if (text !== undefined) return { mistake: `${setting.env} and ${variable} are both set; set one of them.` };
  try {
    const contents = readFileSync(file, 'utf8').trim();
    return contents === '' ? { mistake: `${variable} names a file that is empty.` } : { text: contents, source: `What ${variable} names` };
  } catch (thrown) {
    return { mistake: `${variable} names a file that cannot be read (${(thrown as NodeJS.ErrnoException).code}).` };
  }
}
