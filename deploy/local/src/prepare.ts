import { CannotStart } from './cannot-start.ts';
import { installPrerequisites } from './prerequisites.ts';

// `make test` needs the programs without the stack.
try {
  installPrerequisites({ env: process.env, log: console.log });
} catch (thrown) {
  console.error(thrown instanceof CannotStart ? thrown.message : thrown);
  process.exitCode = 1;
}
