import type { Document, Sheet } from './dom.ts';

declare const document: Document;
declare const CSSStyleSheet: new () => Sheet;
declare const self: { readonly top: unknown; shotwireSheet?: Sheet };

/**
 * Runs in the page. Lays a stylesheet over the document that no policy of the page forbids. Called again it puts back what the page
 * took off. `everywhere`: also in documents inside the page.
 */
export function wear(css: string, everywhere: string): void {
  const text = (self.top === self ? css : '') + everywhere;
  if (text === '') return;
  if (!self.shotwireSheet) {
    self.shotwireSheet = new CSSStyleSheet();
    self.shotwireSheet.replaceSync(text);
  }
  if (!document.adoptedStyleSheets.includes(self.shotwireSheet))
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, self.shotwireSheet];
}
