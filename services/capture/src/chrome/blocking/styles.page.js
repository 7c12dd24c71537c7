// Runs in a world of ours beside the page's. A sheet that is adopted is not subject to the page's content security policy.
globalThis.shotwireStyles ??= {
  /** Puts a sheet in, or in the place of the one before. Each rule alone: one that Chrome does not know loses no other. */
  put(rules) {
    const sheet = globalThis.shotwireSheet ?? new CSSStyleSheet();
    globalThis.shotwireSheet = sheet;
    sheet.replaceSync('');
    for (const [selector, declarations] of rules) {
      try {
        sheet.insertRule(`${selector} { ${declarations} }`, sheet.cssRules.length);
      } catch {
        // A selector that Chrome does not know.
      }
    }
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  },

  /** What generic rules could be about, within bounds. */
  tokens() {
    const most = 5000;
    const classes = new Set();
    const ids = new Set();
    for (const element of document.querySelectorAll('[class],[id]')) {
      for (const name of element.classList) classes.add(name);
      if (element.id) ids.add(element.id);
      if (classes.size > most || ids.size > most) break;
    }
    const hrefs = new Set([...document.links].slice(0, most).map((link) => link.getAttribute('href') ?? ''));
    return { classes: [...classes], ids: [...ids], hrefs: [...hrefs] };
  },

  /** How many elements fit one of these. */
  fitting(selectors) {
    let count = 0;
    for (const selector of selectors) {
      try {
        count += document.querySelectorAll(selector).length;
      } catch {
        // A selector that Chrome does not know.
      }
    }
    return count;
  },
};
