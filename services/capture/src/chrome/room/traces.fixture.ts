/** A way for a page to remember: how it is planted and how it is looked for, both run in the page. */
export interface Trace {
  plant: string;
  look: string;
  /** What is seen by who comes first. */
  nothing: unknown;
}

const opened = (name: string) =>
  `new Promise((done) => { const asked = indexedDB.open('${name}'); asked.onsuccess = () => done(asked.result.close()); })`;
const answer = "getComputedStyle(document.documentElement).getPropertyValue('--answer').trim()";
const linked =
  "new Promise((done) => { const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = '/sticky'; link.onload = done; document.head.append(link); })";

/** Each way that a page has. */
export const traces: Readonly<Record<string, Trace>> = {
  cookie: { plant: "document.cookie = 'a=1; max-age=3600'", look: 'document.cookie', nothing: '' },
  localStorage: { plant: "localStorage.a = '1'", look: 'localStorage.length', nothing: 0 },
  sessionStorage: { plant: "sessionStorage.a = '1'", look: 'sessionStorage.length', nothing: 0 },
  indexedDB: { plant: opened('a'), look: 'indexedDB.databases().then((all) => all.length)', nothing: 0 },
  caches: { plant: "caches.open('a')", look: 'caches.keys().then((all) => all.length)', nothing: 0 },
  'private files': {
    plant: "navigator.storage.getDirectory().then((root) => root.getFileHandle('a', { create: true })).then(() => 0)",
    look: '(async () => { let count = 0; for await (const _ of await navigator.storage.getDirectory()) count += 1; return count; })()',
    nothing: 0,
  },
  'storage buckets': {
    plant: "navigator.storageBuckets.open('a').then(() => 0)",
    look: 'navigator.storageBuckets.keys().then((all) => all.length)',
    nothing: 0,
  },
  'window.name': { plant: "window.name = 'a'", look: 'window.name', nothing: '' },
  history: { plant: "history.pushState(0, '', '?a')", look: 'history.length > 2', nothing: false },
  // The same answer twice would be the first one, kept.
  'HTTP cache': { plant: `${linked}.then(() => 0)`, look: `${linked}.then(() => ${answer})`, nothing: undefined },
};
