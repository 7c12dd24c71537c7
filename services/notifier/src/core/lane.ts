/** The lane of an app: what is told to it waits behind nothing else. */
export function laneOfApp({ accountId, id }: { accountId: string; id: string }): string {
  return `${accountId} app:${id}`;
}
