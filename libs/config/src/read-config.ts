import { type Env, givenText } from './given-text.ts';
import type { Config, Settings } from './settings.ts';

/** Thrown when settings are missing or wrong; the message names all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(message: string) {
    super(message);
    // For the person who starts the service: where in the code it was noticed tells them nothing.
    this.stack = `${this.name}:\n${message}`;
  }
}

/**
 * Reads a settings table from an environment into a frozen object.
 * An empty variable counts as absent; a secret may also be the contents of a file, which the variable with `_FILE` at its end names.
 * All mistakes are reported together in one {@link ConfigError}.
 */
export function readConfig<S extends Settings>(settings: S, env: Env): Config<S> {
  const mistakes: string[] = [];
  const entries = Object.entries(settings).map(([name, setting]) => {
    const given = givenText(setting, env);
    if ('mistake' in given) {
      mistakes.push(given.mistake);
      return [name, undefined];
    }
    const text = given.text ?? setting.fallback;
    if (text === undefined) {
      mistakes.push(`${setting.env} is not set; set it to ${setting.allowed}. ${setting.says}`);
      return [name, undefined];
    }
    const value = setting.parse(text);
    if (value === undefined)
      mistakes.push(`${given.source} is ${setting.secret ? 'not valid' : `"${text}"`}; it must be ${setting.allowed}.`);
    return [name, value];
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
  return Object.freeze(Object.fromEntries(entries)) as Config<S>;
}
