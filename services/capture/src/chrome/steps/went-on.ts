/** Whether a step failed because the page went on to another one at that very moment. Puppeteer and Chrome say it in words and nowhere else. */
export function wentOn(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /context was destroyed|Cannot find context|Not attached to an active page|No frame (for|with) given id/.test(thrown.message)
  );
}
