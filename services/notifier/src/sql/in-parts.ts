/** A list in parts that fit into the arguments of one call. */
export function* inParts<Item>(items: readonly Item[], size = 10_000): Iterable<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
