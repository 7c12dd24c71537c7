import { writeFileSync } from 'node:fs';
import { makeClientFiles } from './client-types.ts';

for (const [name, text] of Object.entries(await makeClientFiles()))
  writeFileSync(new URL(`../../libs/client/src/gen/${name}`, import.meta.url), text);
