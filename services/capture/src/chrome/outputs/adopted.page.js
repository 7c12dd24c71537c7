/*
 * Runs in the page, in a world of its own: the stylesheets that the document has adopted, which are in no element of it, as a text that
 * a style element can hold.
 */
() => {
  const { get } = Object.getOwnPropertyDescriptor(Document.prototype, 'adoptedStyleSheets');
  const texts = [...get.call(globalThis.document)].map(({ cssRules, disabled, media }) => {
    const rules = disabled ? '' : [...cssRules].map(({ cssText }) => cssText).join('\n');
    return rules && media.mediaText ? `@media ${media.mediaText} {\n${rules}\n}` : rules;
  });
  return texts.filter(Boolean).join('\n').replaceAll('</', '<\\/').toWellFormed();
};
