/*
 * Runs in the page, in a world of its own that remembers between calls: `note` notes how high each element is, `hold` gives the
 * height that was noted back to those that are higher or lower by now, and keeps what follows a break on the same page; `measure` only
 * measures; `free` takes everything back. Gives the size of the document: of its own box, and of all there is when measured.
 */
({ act }) => {
  const { document } = globalThis;
  const world = globalThis;
  // A form may have fields that are named like its properties.
  const { getAttribute, setAttribute, removeAttribute, getBoundingClientRect } = Element.prototype;
  const { get: styleOf } = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'style');
  const all = () => [...Document.prototype.querySelectorAll.call(document, '*')].filter((element) => element instanceof HTMLElement);
  const heightOf = (element) => getBoundingClientRect.call(element).height;
  const sheets = Object.getOwnPropertyDescriptor(Document.prototype, 'adoptedStyleSheets');
  const adopt = (change) => sheets.set.call(document, change([...sheets.get.call(document)]));
  const acts = {
    note: () => {
      world.noted = new Map(all().map((element) => [element, heightOf(element)]));
    },
    hold: () => {
      const changed = all().filter((element) => world.noted.has(element) && Math.abs(world.noted.get(element) - heightOf(element)) >= 1);
      world.unbroken = new CSSStyleSheet();
      world.unbroken.replaceSync('* { break-before: auto !important; break-after: auto !important; break-inside: auto !important }');
      adopt((adopted) => [...adopted, world.unbroken]);
      world.held = new Map(changed.map((element) => [element, getAttribute.call(element, 'style')]));
      for (const element of changed) {
        const rules = { height: `${world.noted.get(element)}px`, 'min-height': '0', 'max-height': 'none', 'box-sizing': 'border-box' };
        for (const [property, value] of Object.entries(rules)) styleOf.call(element).setProperty(property, value, 'important');
      }
    },
    measure: () => {},
    free: () => {
      for (const [element, style] of world.held ?? []) {
        if (style === null) removeAttribute.call(element, 'style');
        else setAttribute.call(element, 'style', style);
      }
      adopt((adopted) => adopted.filter((sheet) => sheet !== world.unbroken));
      world.held = undefined;
    },
  };
  acts[act]();
  const [root] = Document.prototype.querySelectorAll.call(document, ':root');
  const scrolled = Object.getOwnPropertyDescriptor(Document.prototype, 'scrollingElement').get.call(document) ?? root;
  const height = act === 'measure' ? scrolled.scrollHeight : heightOf(root);
  return { width: root.scrollWidth, height };
};
