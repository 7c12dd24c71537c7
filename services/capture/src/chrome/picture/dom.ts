/** What the functions that run in the page use of it; this program has no DOM of its own. */
export interface PageElement {
  readonly tagName: string;
  readonly parentElement: PageElement | null;
  readonly clientHeight: number;
  readonly clientWidth: number;
  readonly scrollHeight: number;
  scrollTop: number;
  readonly style: { cssText: string; setProperty(name: string, value: string, priority: string): void };
  /** Of images. */
  readonly complete?: boolean;
  scrollTo(options: { top: number; behavior: 'instant' }): void;
  scrollIntoView(options: { block: string; inline: string; behavior: 'instant' }): void;
  contains(other: PageElement): boolean;
  hasAttribute(name: string): boolean;
  removeAttribute(name: string): void;
  closest(selector: string): PageElement | null;
  checkVisibility(options: { visibilityProperty: boolean }): boolean;
  getBoundingClientRect(): {
    x: number;
    y: number;
    top: number;
    bottom: number;
    left: number;
    right: number;
    width: number;
    height: number;
  };
}

interface PageAnimation {
  readonly playState: string;
  readonly effect: { getComputedTiming(): { endTime: number } } | null;
}

/** The globals of the page. */
export interface PageGlobals {
  readonly innerHeight: number;
  readonly innerWidth: number;
  readonly scrollX: number;
  readonly scrollY: number;
  readonly document: {
    readonly documentElement: PageElement;
    readonly scrollingElement: PageElement | null;
    readonly fonts: { readonly status: string };
    readonly images: Iterable<PageElement>;
    adoptedStyleSheets: unknown[];
    getAnimations(): PageAnimation[];
    querySelectorAll(selector: string): ArrayLike<PageElement> & Iterable<PageElement>;
  };
  readonly CSSStyleSheet: new () => { replaceSync(css: string): void };
  scrollTo(options: { top: number; behavior: 'instant' }): void;
  getComputedStyle(element: PageElement): Record<string, string>;
  /** Left behind by these functions for each other: the element that scrolls, and the one that is pictured. */
  pictureScroller?: PageElement | undefined;
  pictureElement?: PageElement | undefined;
  /** What is to be put back: the sheet that was laid over the page, and the styles that elements had; null where there was none. */
  pictureSheet?: unknown;
  pictureStyles?: Map<PageElement, string | null> | undefined;
}
