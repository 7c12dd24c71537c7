// Runs in a world of ours beside the page's: finds consent dialogs by what is seen, and hides them.
globalThis.shotwireBanner ??= (() => {
  const words =
    /cookie|consent|gdpr|datenschutz|einwillig|zustimm|traceur|consentim|toestemming|ciastecz|prywatno|souhlas|kakor|samtyck|samtykk|eväste|куки|соглас|çerez|cerez|süti|συγκατάθ|クッキー|同意|隐私|隱私|쿠키|동의/iu;
  const buttonWords =
    /accept|agree|allow|got it|^ok(ay)?\b|reject|declin|deny|refus|necessary|essential|opt.?out|manage|settings|preference|akzept|zustimm|ablehn|einverstanden|verstanden|erlaub|einstellung|autoris|d.accord|paramétr|acept|rechaz|permit|configur|entendid|accett|rifiut|consent|aceit|rejeit|recus|akkoord|weiger|toestaan|akceptuj|zgadzam|odrzuć|přijm|souhlas|odmít|godkänn|avvisa|neka\b|tillad|afvis|hyväks|hylkä|принять|соглас|отклон|понятно|kabul|reddet|elfogad|elutas|respinge|αποδοχ|απόρρι|同意|許可|拒否|接受|拒绝|拒絕|동의|거부|허용/iu;
  const frameWords = /consent|cookie|gdpr|cmp|sp_message|trustarc|privacy-/i;
  // What dialogs, and the scripts that make them, are called.
  const marks = ['cookie', 'consent', 'gdpr', 'onetrust', 'didomi'];
  const marked = marks.flatMap((mark) => [`[id*="${mark}" i]`, `[class*="${mark}" i]`]).join();
  const makers = ['cookie', 'consent', 'gdpr', 'usercentrics', 'trustarc', 'privacy-mgmt'].map((mark) => `script[src*="${mark}" i]`).join();
  const longest = 4000;

  const parentOf = (element) => element.parentElement ?? element.getRootNode().host;
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden asks nobody.
  const textOf = (element) => (element.innerText ?? '').trim();

  const isSeen = (element) => {
    if (!element.isConnected || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { top, left, bottom, right, width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  };

  const isOverlay = (element) =>
    ['fixed', 'sticky'].includes(getComputedStyle(element).position) ||
    element.matches('dialog[open],[role="dialog"],[role="alertdialog"],[aria-modal="true"]');

  const asksForConsent = (element) => {
    const text = textOf(element);
    if (text.length < 15 || text.length > longest || !words.test(text)) return false;
    const buttons = element.querySelectorAll('button,a,[role="button"],input[type="button"],input[type="submit"]');
    return [...buttons].some((button) => {
      const label = textOf(button) || button.value || '';
      return label.length < 40 && buttonWords.test(label);
    });
  };

  /** The part of an overlay that asks: most often all of it, unless it is a whole application. */
  const askingPart = (overlay) => {
    let part = overlay;
    for (;;) {
      const next = [...part.children].find(asksForConsent);
      if (!next) break;
      part = next;
    }
    return textOf(part).length > 0.7 * textOf(overlay).length ? overlay : part;
  };

  const deepestAt = (x, y) => {
    let element = document.elementFromPoint(x, y);
    while (element?.shadowRoot) {
      const inner = element.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === element) break;
      element = inner;
    }
    return element;
  };

  /** What lies over the page, by looking at some points of it: the cost does not grow with the page. */
  const overlays = () => {
    const asking = new Set();
    const looked = new Set();
    const inside = (length, steps) => Array.from({ length: steps - 1 }, (_, step) => (length * (step + 1)) / steps);
    for (const y of [8, 40, ...inside(innerHeight, 12), innerHeight - 40, innerHeight - 8]) {
      for (const x of [8, 60, ...inside(innerWidth, 4), innerWidth - 60, innerWidth - 8]) {
        const hit = deepestAt(x, y);
        const framed = hit?.tagName === 'IFRAME' && frameWords.test([hit.id, hit.name, hit.title, hit.className, hit.src].join(' '));
        for (let element = hit; element && element !== document.body; element = parentOf(element)) {
          if (looked.has(element)) break;
          looked.add(element);
          if (!isOverlay(element)) continue;
          if (framed) asking.add(element);
          else if (asksForConsent(element)) asking.add(askingPart(element));
          else continue;
          break;
        }
      }
    }
    return [...asking];
  };

  /** Dialogs that stand in the flow of the page and are called by a telling name. */
  const named = () => [...document.querySelectorAll(marked)].slice(0, 50).filter((element) => isSeen(element) && asksForConsent(element));

  const unlock = () => {
    for (const element of [document.documentElement, document.body]) {
      if (!element) continue;
      const { overflowY, position } = getComputedStyle(element);
      if (['hidden', 'clip'].includes(overflowY)) element.style.setProperty('overflow', 'visible', 'important');
      if (position === 'fixed') element.style.setProperty('position', 'static', 'important');
    }
  };

  const hide = (element) => element.style.setProperty('display', 'none', 'important');

  const isBackdrop = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const empty = textOf(element) === '' && !element.querySelector('img,video,canvas,iframe,svg,input');
    return empty && getComputedStyle(element).position === 'fixed' && width * height > 0.8 * innerWidth * innerHeight;
  };

  return {
    /** Looks for dialogs. `seen`: how many; `expected`: something here may yet show one. */
    look() {
      const seen = new Set([...overlays(), ...named()]).size;
      return { seen, expected: seen > 0 || document.querySelector(`${marked},${makers}`) !== null };
    },
    /** Hides what lies over the page and asks, its backdrop too, and lets the page scroll again. */
    hide() {
      const asking = overlays();
      for (const element of asking) hide(element);
      if (asking.length === 0) return;
      for (let tries = 0; tries < 3; tries += 1) {
        const over = document.elementsFromPoint(innerWidth / 2, innerHeight / 2)[0];
        if (!over || over === document.body || !isBackdrop(over)) break;
        hide(over);
      }
      unlock();
    },
  };
})();
