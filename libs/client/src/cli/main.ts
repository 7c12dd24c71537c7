#!/usr/bin/env node
import { run } from './run.ts';
import { Interrupted } from './terminal.ts';

const leaving = new AbortController();
// The second one ends it at once, as the system does it.
process.once('SIGINT', () => leaving.abort(new Interrupted(130)));
process.once('SIGTERM', () => leaving.abort(new Interrupted(143)));
// Whoever read it has gone, as `head` does.
process.stdout.on('error', () => leaving.abort(new Interrupted(141)));

const { env, stdin, stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { env, stdin, stdout, stderr, signal: leaving.signal });
