/*
 * Runs in the page, in a world of its own: where its links lead, as far as the first of them go. Getters are taken from prototypes,
 * since a document may have elements that are named like its properties; the collection is walked and not copied, since it may be endless.
 */
({ most, longest, mostCharacters, looked }) => {
  const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;
  const all = getter(Document.prototype, 'links').call(globalThis.document);
  const [ofAnchor, ofArea] = [getter(HTMLAnchorElement.prototype, 'href'), getter(HTMLAreaElement.prototype, 'href')];
  const urls = new Set();
  let characters = 0;
  for (let index = 0; index < looked && urls.size < most; index += 1) {
    const link = all.item(index);
    if (!link) break;
    // Making a URL of a text takes time by its length.
    if (Element.prototype.getAttribute.call(link, 'href').length > longest || Element.prototype.hasAttribute.call(link, 'download'))
      continue;
    const url = (link instanceof HTMLAnchorElement ? ofAnchor : ofArea).call(link).toWellFormed();
    if (url.length > longest || urls.has(url)) continue;
    characters += url.length;
    if (characters > mostCharacters) break;
    urls.add(url);
  }
  return [...urls];
};
