export { CannotStart } from './cannot-start.ts';
export { type RunningPart, type RunningRpcService, type RunningService, type Stack, type StackParts, startStack } from './stack.ts';
export { startPostgres } from './start-postgres.ts';
