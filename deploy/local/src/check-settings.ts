import { settings as captureSettings } from '@shotwire/capture/settings';
import { ConfigError, fileVariableOf, readConfig, type Settings } from '@shotwire/config';
import { settings as gatewaySettings } from '@shotwire/gateway/settings';
import { settings as notifierSettings } from '@shotwire/notifier/settings';
import { CannotStart } from './cannot-start.ts';

/** Throws CannotStart with every mistake in what is set, of all services together, before anything is started or installed. */
export function checkSettings(env: Readonly<Record<string, string | undefined>>): void {
  const mistakes = new Set([gatewaySettings, captureSettings, notifierSettings].flatMap((settings) => mistakesIn(settings, env)));
  if (mistakes.size > 0) throw new CannotStart([...mistakes].join('\n'));
}

function mistakesIn(settings: Settings, env: Readonly<Record<string, string | undefined>>): string[] {
  // What is not set is the stack's to decide.
  const given = Object.fromEntries(
    Object.entries(settings).filter(([, setting]) => env[setting.env] || (setting.secret && env[fileVariableOf(setting)])),
  );
  try {
    readConfig(given, env);
    return [];
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.message.split('\n');
    throw thrown;
  }
}
