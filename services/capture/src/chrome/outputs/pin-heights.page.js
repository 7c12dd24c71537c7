/*
 * Runs in the page, in a world of its own that remembers between calls: `note` notes how high each element is, `hold` gives those
 * that are higher or less high by now the height that was noted, and keeps what follows a break on the same page; `measure` only
 * measures; `free` takes everything back. Gives the size of the document: of its own box, and of all there is when measured.
 */
({ act }) => {
  const { document } = globalThis;
  const world = globalThis;
  const all = () => [...Document.prototype.querySelectorAll.call(document, '*')].filter((element) => 'style' in element);
  const heightOf = (element) => element.getBoundingClientRect().height;
  const acts = {
    note: () => {
      world.noted = new Map(all().map((element) => [element, heightOf(element)]));
    },
    hold: () => {
      const changed = all().filter((element) => world.noted.has(element) && Math.abs(world.noted.get(element) - heightOf(element)) >= 1);
      world.unbroken = new CSSStyleSheet();
      world.unbroken.replaceSync('* { break-before: auto !important; break-after: auto !important; break-inside: auto !important }');
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, world.unbroken];
      world.held = new Map(changed.map((element) => [element, element.getAttribute('style')]));
      for (const element of changed) {
        const rules = { height: `${world.noted.get(element)}px`, 'min-height': '0', 'max-height': 'none', 'box-sizing': 'border-box' };
        for (const [property, value] of Object.entries(rules)) element.style.setProperty(property, value, 'important');
      }
    },
    measure: () => {},
    free: () => {
      for (const [element, style] of world.held ?? []) {
        if (style === null) element.removeAttribute('style');
        else element.setAttribute('style', style);
      }
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== world.unbroken);
      world.held = undefined;
    },
  };
  acts[act]();
  const [root] = Document.prototype.querySelectorAll.call(document, ':root');
  const scrolled = Object.getOwnPropertyDescriptor(Document.prototype, 'scrollingElement').get.call(document) ?? root;
  const height = act === 'measure' ? scrolled.scrollHeight : root.getBoundingClientRect().height;
  return { width: root.scrollWidth, height };
};
