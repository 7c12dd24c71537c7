/*
 * Runs in the page, in a world of its own: empties what the client hides, and blackens what it masks, since whoever reads the document
 * as text sees through every stylesheet. The elements stay where they are, in their size, so that all around them does too.
 * What is live is used through prototypes: a form may have fields that are named like its properties.
 */
({ hide, mask, black }) => {
  const { document } = globalThis;
  const { getAttribute, setAttribute, removeAttribute, getAttributeNames, getBoundingClientRect, replaceWith, replaceChildren } =
    Element.prototype;
  const reader = (type, property) => {
    const { get } = Object.getOwnPropertyDescriptor(type.prototype, property);
    return (node) => get.call(node);
  };
  const childrenOf = reader(Node, 'childNodes');
  const tagOf = reader(Element, 'localName');
  const namespaceOf = reader(Element, 'namespaceURI');
  const shadowOf = reader(Element, 'shadowRoot');
  const styles = [HTMLElement, SVGElement, MathMLElement].map((type) => [type, reader(type, 'style')]);
  const styleOf = (element) => styles.find(([type]) => element instanceof type)?.[1](element);
  const fitting = (selectors) => selectors.flatMap((selector) => [...Document.prototype.querySelectorAll.call(document, selector)]);

  const shape = /^(class|id|style|dir|lang|hidden|type|colspan|rowspan|cols|rows|size|width|height|align|valign|slot|open)$/;
  const strip = (element) => {
    for (const name of getAttributeNames.call(element)) if (!shape.test(name)) removeAttribute.call(element, name);
    const style = styleOf(element);
    for (const name of [...(style ?? [])]) if (/url\(|["']/.test(style.getPropertyValue(name))) style.removeProperty(name);
  };

  // What these show is not in their text: in their place comes one that has never shown anything.
  const shown = /^(img|svg|canvas|video|audio|iframe|object|embed|input|textarea|select)$/;
  const blank = (element) => {
    const made = Document.prototype.createElementNS.call(document, namespaceOf(element), tagOf(element));
    for (const name of getAttributeNames.call(element))
      if (shape.test(name)) setAttribute.call(made, name, getAttribute.call(element, name));
    const { width, height } = getBoundingClientRect.call(element);
    const { display } = getComputedStyle(element);
    const held = { width: `${width}px`, height: `${height}px`, 'box-sizing': 'border-box' };
    if (display === 'inline') held.display = 'inline-block';
    for (const [name, value] of Object.entries(held)) styleOf(made)?.setProperty(name, value, 'important');
    replaceWith.call(element, made);
    strip(made);
    return made;
  };

  const empty = (element) => {
    if (shown.test(tagOf(element))) return blank(element);
    const shadow = shadowOf(element);
    if (shadow) shadow.replaceChildren();
    if (element instanceof HTMLTemplateElement) element.content.replaceChildren();
    replaceChildren.call(element);
    strip(element);
    return element;
  };
  const blacken = (element) => {
    const tag = tagOf(element);
    if (tag === 'style') return element;
    if (shown.test(tag) || /^(script|template)$/.test(tag)) return empty(element);
    const shadow = shadowOf(element);
    for (const child of [...childrenOf(element), ...(shadow ? childrenOf(shadow) : [])]) {
      if (child instanceof Element) blacken(child);
      else if (child instanceof CharacterData) child.data = child instanceof Text ? child.data.replaceAll(/\S/gu, '█') : '';
    }
    strip(element);
    return element;
  };

  const [hidden, masked] = [fitting(hide), fitting(mask)];
  for (const element of masked) {
    const inDrawing = element instanceof SVGElement && element.ownerSVGElement;
    const style = styleOf(blacken(element));
    if (style) style.cssText += inDrawing ? ';visibility: hidden !important' : `;${black}`;
  }
  for (const element of hidden) styleOf(empty(element))?.setProperty('display', 'none', 'important');
};
