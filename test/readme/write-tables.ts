import { readFileSync, writeFileSync } from 'node:fs';
import { renewTables } from './tables.ts';

const readme = new URL('../../README.md', import.meta.url);
writeFileSync(readme, renewTables(readFileSync(readme, 'utf8')));
