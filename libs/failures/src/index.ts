export { Failure, type FieldProblems, isFailureKind } from './failure.ts';
export { type FailureKind, failures, grpcCodes } from './table.ts';
