/*
 * Runs in the page, in a world of its own: the document as text, with the shadow trees that can be reached.
 * Methods are taken from prototypes, since a document may have elements that are named like them.
 */
({ most, withBase, adopted }) => {
  const { document } = globalThis;
  const all = Document.prototype.querySelectorAll;
  const [root] = all.call(document, ':root');
  const finish = (text) => (text.length > most ? { tooLong: true } : { text: text.toWellFormed() });
  if (!(root instanceof HTMLHtmlElement)) return finish(root ? new XMLSerializer().serializeToString(document) : '');

  const shadowRoots = [];
  const visit = (elements) => {
    for (const { shadowRoot } of elements) {
      if (!(shadowRoot instanceof ShadowRoot)) continue;
      shadowRoots.push(shadowRoot);
      visit(shadowRoot.querySelectorAll('*'));
    }
  };
  visit(all.call(document, '*'));

  const tagOf = (element) => {
    const { outerHTML } = element.cloneNode(false);
    return outerHTML.slice(0, outerHTML.lastIndexOf('</'));
  };
  const [head] = all.call(document, ':root > head');
  const headTag = head ? tagOf(head) : '';
  const asText = (element) => element.getHTML({ serializableShadowRoots: true, shadowRoots });
  const inner = asText(root);

  // The text leaves the server that said how it is written and the address that its links were relative to.
  const charset = all.call(document, 'head > meta[charset="utf-8" i]').length > 0 ? '' : '<meta charset="utf-8">';
  const made = (tag) => Node.prototype.cloneNode.call(document, false).createElement(tag);
  const style = made('style');
  style.append(adopted);
  const sheet = adopted && style.outerHTML;
  let base = '';
  if (withBase) {
    const element = made('base');
    element.setAttribute('href', root.baseURI);
    const [own] = all.call(document, 'base[href]');
    if (own?.getAttribute('href') !== root.baseURI) base = element.outerHTML;
  }
  // What was laid over the page comes after the stylesheets of its head, as it did.
  const headText = head && inner.startsWith(headTag) ? asText(head) : undefined;
  const rest =
    headText === undefined
      ? charset + base + sheet + inner
      : headTag + charset + base + headText + sheet + inner.slice(headTag.length + headText.length);

  const childNodes = Object.getOwnPropertyDescriptor(Node.prototype, 'childNodes').get;
  const type = [...childNodes.call(document)].find((node) => node instanceof DocumentType);
  const doctype = type ? `${new XMLSerializer().serializeToString(type)}\n` : '';
  return finish(`${doctype}${tagOf(root)}${rest}</html>\n`);
};
