/** Whether something failed because the page went on to another one at that very moment. Puppeteer and Chrome say it in words and nowhere else. */
export function wentOn(thrown: unknown): boolean {
  return thrown instanceof Error && words.test(thrown.message);
}

const words =
  /context was destroyed|Cannot find context|Not attached to an active page|navigated or closed|Promise was collected|No frame (for|with) given id/;
