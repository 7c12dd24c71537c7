export { fileVariableOf } from './given-text.ts';
export { ConfigError, readConfig } from './read-config.ts';
export { type Config, flag, integer, list, oneOf, type Setting, type Settings, text, url } from './settings.ts';
