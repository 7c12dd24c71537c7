/** The command line, or what it names, is not as it should be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
