/** As much of the DOM as the functions that run in pages use; the rest of the program knows no DOM. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Timing {
  readonly delay: number;
  readonly endTime: number;
  readonly duration: number;
}

export interface Playing {
  currentTime: number;
  readonly playState: 'idle' | 'running' | 'paused' | 'finished';
  readonly effect: { getComputedTiming(): Timing } | null;
  finish(): void;
  pause(): void;
}

export interface Root {
  adoptedStyleSheets: unknown[];
  getAnimations(): Playing[];
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

export interface Element extends Root {
  readonly shadowRoot: Root | null;
  readonly ownerSVGElement: Element | null;
  readonly innerText: string;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): Box;
  checkVisibility(options: Readonly<Record<string, boolean>>): boolean;
  decode(): Promise<void>;
  pauseAnimations(): void;
  setCurrentTime(seconds: number): void;
}

export interface Document extends Root {
  readonly body: Element | null;
  readonly images: Iterable<Element>;
}

export interface Sheet {
  replaceSync(text: string): void;
  insertRule(rule: string): number;
}
