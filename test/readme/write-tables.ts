import { readFileSync, writeFileSync } from 'node:fs';
import { filesWithTables, renewTables } from './tables.ts';

for (const path of Object.keys(filesWithTables)) {
  const file = new URL(`../../${path}`, import.meta.url);
  writeFileSync(file, renewTables(readFileSync(file, 'utf8')));
}
