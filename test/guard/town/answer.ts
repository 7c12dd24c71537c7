/** What another process can be asked: functions of one argument that survives a message. */
// biome-ignore lint/suspicious/noExplicitAny: each function says what it takes.
export type Answers = Readonly<Record<string, (given: any) => unknown>>;

/** A question and its answer between two processes. */
export type Question = { id: number; name: string; given: unknown };
export type Answer = { id: number; value?: unknown; error?: string };

/** Answers the questions of the process that started this one, until it goes away; then `leave` is called, and this process ends. */
export function answer(answers: Answers, leave: () => Promise<void> = async () => {}): void {
  process.on('message', async ({ id, name, given }: Question) => {
    try {
      process.send?.({ id, value: await answers[name]?.(given) } satisfies Answer);
    } catch (thrown) {
      process.send?.({ id, error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) } satisfies Answer);
    }
  });
  process.once('disconnect', () => void leave().finally(() => process.exit()));
  process.send?.({ id: 0 } satisfies Answer);
}
