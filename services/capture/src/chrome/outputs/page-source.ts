import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The source of a function that is written for the page, from a file of this folder. */
export function pageSource(name: string): string {
  // The formatter ends the file with a semicolon, which a function in parentheses cannot have.
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .trim()
    .replace(/;$/, '');
}

/** The source of an expression that is a library, such as `turndown/lib/turndown.browser.umd.js`. */
export function librarySource(path: string): string {
  const text = readFileSync(require.resolve(path), 'utf8');
  // What a library looks for as `module` or `define` may be an element of the page that has this id.
  return `((module, exports, define) => { ${text}\n; return module.exports; })(...((module) => [module, module.exports])({ exports: {} }))`;
}
