interface ChosenApp {
  /** Its place in the wish, such as `apps[1]`. */
  name: string;
  /** In lower case, as the notifier writes it. */
  id: string;
  /** Where an upload goes; empty for the app's own. */
  pathTemplate: string;
}

/** The apps of a wish: a list of ids, or an object of id → path template. What is neither has none. */
export function chosenApps(apps: unknown): ChosenApp[] {
  if (typeof apps !== 'object' || apps === null) return [];
  const entries: [name: string, id: unknown, pathTemplate: unknown][] = Array.isArray(apps)
    ? apps.map((id, at) => [`apps[${at}]`, id, ''])
    : Object.entries(apps).map(([id, pathTemplate]) => [`apps.${id}`, id, pathTemplate]);
  return entries.flatMap(([name, id, pathTemplate]) =>
    typeof id === 'string' && typeof pathTemplate === 'string' ? [{ name, id: id.toLowerCase(), pathTemplate }] : [],
  );
}
