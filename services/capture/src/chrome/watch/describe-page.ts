import type { CDPSession } from 'puppeteer';
import type { SelfPortrait } from '../../report/report.ts';
import { evaluateApart } from '../outputs/evaluate-apart.ts';

/** What a page says about itself. */
export interface Description extends SelfPortrait {
  /** The beginning of its visible text; null when it has too many elements for a bot wall. */
  text: string | null;
}

/** Reads what a page says about itself. Failure `page_overload` when the page does not stay. */
export function describePage({ session, signal }: { session: CDPSession; signal: AbortSignal }): Promise<Description> {
  return evaluateApart({ session, source: describe, given: null, signal });
}

/** Runs in the page. */
const describe = `() => {
  const cut = (text, length) => String(text ?? '').slice(0, length);
  const meta = (name) => document.querySelector('meta[name="' + name + '" i]')?.content ?? null;
  const graph = {};
  for (const tag of [...document.querySelectorAll('meta[property^="og:" i]')].slice(0, 50)) {
    graph[cut(tag.getAttribute('property').slice(3), 100)] = cut(tag.content, 2048);
  }
  const icon = document.querySelector('link[rel~="icon" i]')?.href ?? (/^http/.test(location.protocol) ? new URL('/favicon.ico', location.href).href : null);
  const description = meta('description');
  return {
    title: cut(document.title, 1024),
    description: description === null ? null : cut(description, 2048),
    language: cut(document.documentElement?.lang, 35) || null,
    open_graph: graph,
    favicon: icon === null ? null : cut(icon, 2048),
    height: Math.ceil(Math.max(document.documentElement?.scrollHeight ?? 0, document.body?.scrollHeight ?? 0)),
    // Laying out all the text of a large page is dear, and only a small one can be a bot wall.
    text: document.getElementsByTagName('*').length < 400 ? cut(document.body?.innerText, 5000) : null,
  };
}`;
