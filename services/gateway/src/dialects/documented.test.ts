import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { wishSchema } from '../screenshots/schema.ts';
import { mannerOptions as takeManner } from './screenshotone/manner.ts';
import { options as takeOptions } from './screenshotone/options.ts';
import { mannerOptions as renderManner } from './urlbox/manner.ts';
import { options as renderOptions } from './urlbox/options.ts';

const tables = {
  ScreenshotOne: { options: takeOptions, manner: takeManner },
  Urlbox: { options: renderOptions, manner: renderManner },
};

const document = await readFile(new URL('../../../../docs/dialects.md', import.meta.url), 'utf8');

/** The names in the left column of the table of options of a section. */
function namedIn(section: string): string[] {
  const [, body = ''] = document.split(`\n## ${section}\n`);
  const table = body.split('| theirs | ours |')[1]?.split('\n\n')[0] ?? '';
  const left = table.split('\n').map((row) => row.split('|')[1] ?? '');
  return left
    .filter((cell) => !cell.includes('everything else'))
    .flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
}

for (const [section, { options, manner }] of Object.entries(tables)) {
  test(`docs/dialects.md has every option of ${section}, once, and no other`, () => {
    assert.deepEqual(namedIn(section).sort(), Object.keys({ ...options, ...manner }).sort());
  });

  test(`the options of ${section} are put into fields that a wish has`, () => {
    const fields = Object.values(options).flatMap(({ ours }) => ours.map((field) => field.split('.')));
    for (const [root = '', inner] of fields) {
      const schema = wishSchema.properties[root];
      assert.ok(inner === undefined ? schema : schema?.properties?.[inner], `${root}.${inner}`);
    }
  });
}
