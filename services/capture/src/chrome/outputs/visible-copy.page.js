/*
 * Runs in the page, in a world of its own: an inert copy of the part of the document that can be seen, with absolute addresses,
 * shadow trees laid out in the place of their hosts, and no fields.
 * A document may have elements that are named like its methods, a form fields that are named like its properties.
 * So what is live is read through prototypes, and the copy has neither names nor fields.
 */
() => {
  const { document } = globalThis;
  const { getAttribute } = Element.prototype;
  const reader = (type, property) => {
    const { get } = Object.getOwnPropertyDescriptor(type.prototype, property);
    return (node) => get.call(node);
  };
  const childrenOf = reader(Node, 'childNodes');
  const tagOf = reader(Element, 'localName');
  const shadowOf = reader(Element, 'shadowRoot');
  const base = reader(Node, 'baseURI')(document);
  const unread = new Set([
    'script',
    'style',
    'template',
    'iframe',
    'object',
    'embed',
    'canvas',
    'svg',
    'audio',
    'video',
    'input',
    'select',
    'textarea',
    'button',
  ]);
  const described = new Set(['title', 'meta']);
  const copy = Node.prototype.cloneNode.call(document, false);

  const address = (text, protocols) => {
    const url = text === null ? null : URL.parse(text, base);
    return url && protocols.test(url.protocol) ? url.href : undefined;
  };
  const point = (made, attribute, to) => {
    if (to === undefined) made.removeAttribute(attribute);
    else made.setAttribute(attribute, to);
  };
  // Readability takes the attribute itself for decoration.
  const align = (cell, made) => made.setAttribute('data-align', cell.style.textAlign || cell.align);
  const special = {
    td: align,
    th: align,
    a: (link, made) => point(made, 'href', address(getAttribute.call(link, 'href'), /^(https?|mailto|tel):$/)),
    img: (image, made) => {
      // Pictures written out in the document are too long for a text, and those of one pixel only count visitors.
      const counts = image.naturalWidth === 1 && image.naturalHeight === 1;
      point(made, 'src', counts ? undefined : address(image.currentSrc || getAttribute.call(image, 'src'), /^https?:$/));
      made.removeAttribute('srcset');
    },
  };

  const childrenShown = (element) => {
    if (element instanceof HTMLSlotElement) {
      const assigned = element.assignedNodes();
      if (assigned.length > 0) return assigned;
    }
    return childrenOf(shadowOf(element) ?? element);
  };
  const add = (element, to) => {
    const tag = tagOf(element);
    if (unread.has(tag)) return;
    const { display, visibility } = getComputedStyle(element);
    const inHead = tag === 'head' || described.has(tag);
    if (display === 'none' && !inHead) return;
    const made = tag === 'slot' ? copy.createElement('span') : Document.prototype.importNode.call(copy, element, false);
    if (tag !== 'meta') made.removeAttribute('name');
    special[tag]?.(element, made);
    for (const child of childrenShown(element)) {
      if (child instanceof Element) add(child, made);
      else if (child instanceof Text && (inHead || visibility === 'visible')) made.append(child.data);
    }
    if (visibility === 'visible' || made.firstElementChild || inHead) to.append(made);
  };
  for (const child of childrenOf(document)) if (child instanceof Element) add(child, copy);
  return copy;
};
