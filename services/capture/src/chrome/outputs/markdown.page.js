/* Runs in the page, in a world of its own: the main text of an inert document as Markdown. */
({ copy, most, Readability, isProbablyReaderable, TurndownService }) => {
  const oneLine = (text) => text.replaceAll(/\s+/g, ' ').trim();
  const service = new TurndownService({
    headingStyle: 'atx',
    hr: '---',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
    emDelimiter: '*',
  });

  const rowsOf = (table) => [...table.rows];
  // Tables that only place things on the page have no place in a text.
  const isData = (table) =>
    !table.querySelector('table') &&
    !/^(presentation|none)$/.test(table.getAttribute('role') ?? '') &&
    rowsOf(table).some(({ cells }) => cells.length > 1);
  const known = new WeakMap();
  const inData = (node) => {
    const table = node.closest('table');
    if (table && !known.has(table)) known.set(table, isData(table));
    return table !== null && known.get(table);
  };
  const dashes = { left: ':---', center: ':---:', right: '---:' };
  const repeated = (cell, text) => text.repeat(Math.min(cell.colSpan, 50));
  const rule = (cells) => `\n|${cells.map((cell) => repeated(cell, ` ${dashes[cell.dataset.align] ?? '---'} |`)).join('')}`;
  const emptyRow = (cells) => `\n|${cells.map((cell) => repeated(cell, '  |')).join('')}`;

  const rules = {
    cell: {
      filter: (node) => /^T[HD]$/.test(node.nodeName) && inData(node),
      replacement: (content, cell) => {
        const text = content
          .trim()
          .replaceAll(/\s*\n\s*/g, '<br>')
          .replaceAll('|', '\\|');
        return ` ${text} |${'  |'.repeat(Math.min(cell.colSpan, 50) - 1)}`;
      },
    },
    row: {
      filter: (node) => node.nodeName === 'TR' && inData(node),
      replacement: (content, row) => {
        const cells = [...row.cells];
        const [first] = rowsOf(row.closest('table'));
        if (row !== first) return `\n|${content}`;
        const isHead = cells.every(({ nodeName }) => nodeName === 'TH') || row.parentNode.nodeName === 'THEAD';
        return isHead ? `\n|${content}${rule(cells)}` : `${emptyRow(cells)}${rule(cells)}\n|${content}`;
      },
    },
    section: {
      filter: (node) => /^T(HEAD|BODY|FOOT)$/.test(node.nodeName) && inData(node),
      replacement: (content) => `\n${content.trim()}\n`,
    },
    caption: { filter: 'caption', replacement: (content) => `\n\n${oneLine(content)}\n\n` },
    table: { filter: (node) => node.nodeName === 'TABLE' && inData(node), replacement: (content) => `\n\n${content.trim()}\n\n` },
    code: {
      filter: 'pre',
      replacement: (_, pre) => {
        const text = pre.textContent.replace(/\n$/, '');
        const classes = `${pre.className} ${pre.querySelector('code')?.className ?? ''}`;
        const [, language = ''] = /(?:^|\s)lang(?:uage)?-([\w+#-]+)/.exec(classes) ?? [];
        const longest = Math.max(2, ...[...text.matchAll(/^`+/gm)].map(([ticks]) => ticks.length));
        const fence = '`'.repeat(longest + 1);
        return `\n\n${fence}${language}\n${text}\n${fence}\n\n`;
      },
    },
    struck: { filter: ['del', 's', 'strike'], replacement: (content) => `~~${content}~~` },
    link: {
      filter: (node) => node.nodeName === 'A',
      replacement: (content, link) => {
        const text = oneLine(content.replaceAll(/^#+ /gm, ''));
        const href = link.getAttribute('href');
        return text && href ? `[${text}](${href.replaceAll('(', '%28').replaceAll(')', '%29')})` : text;
      },
    },
    image: {
      filter: 'img',
      replacement: (_, image) => {
        const src = image.getAttribute('src')?.replaceAll('(', '%28').replaceAll(')', '%29');
        return src ? `![${service.escape(oneLine(image.alt))}](${src})` : '';
      },
    },
  };
  for (const [key, each] of Object.entries(rules)) service.addRule(key, each);

  // Readability writes back what it has read, which the page's policy may forbid; this world is ours to change.
  const innerHTML = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
  const set = function setInnerHtml(text) {
    this.setHTML(text, { sanitizer: {} });
  };
  if ('setHTML' in Element.prototype) Object.defineProperty(Element.prototype, 'innerHTML', { ...innerHTML, set });

  if (!copy.body) return { text: copy.documentElement?.textContent ?? '' };
  const article = isProbablyReaderable(copy)
    ? new Readability(copy.cloneNode(true), { keepClasses: true, serializer: (element) => element }).parse()
    : null;
  const content = article?.content ?? copy.querySelector('main, [role="main"]') ?? copy.body;
  const shown = article ? null : content.querySelector('h1');
  // What stands on the page is shorter than what names its tab, where that holds it.
  const headings = [...copy.querySelectorAll('h1')].map((each) => oneLine(each.textContent));
  const title = headings.find((each) => each && copy.title.includes(each)) ?? oneLine(article?.title || copy.title);
  for (const each of article?.content.querySelectorAll('h1, h2') ?? []) if (oneLine(each.textContent) === title) each.remove();
  const heading = title && !shown ? `# ${service.escape(title)}\n\n` : '';
  const text = `${heading}${service.turndown(content).trim()}\n`;
  return text.length > most ? {} : { text: text.toWellFormed() };
};
