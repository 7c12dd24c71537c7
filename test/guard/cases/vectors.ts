import { inside } from '../town/place.ts';
import type { Row } from './case.ts';

/** HTML that makes a page reach `at` (host and port); `street` is the web server it came from. */
type Vector = (at: string, street: string) => string;

const script = (text: string) => `<script>try { ${text} } catch {}</script>`;
const style = (text: string) => `<style>${text}</style>`;
const worker = (text: string) => `URL.createObjectURL(new Blob([${JSON.stringify(text)}], { type: 'text/javascript' }))`;
const peer = (server: string) =>
  script(`{ const peer = new RTCPeerConnection({ iceServers: [${server}] }); peer.createDataChannel('x');
    peer.createOffer().then((offer) => peer.setLocalDescription(offer)); (globalThis.peers ??= []).push(peer); }`);
const candidate = (at: string, protocol: string, extra = '') => {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(at) ?? [];
  return script(`(async () => {
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()]; (globalThis.peers ??= []).push(a, b);
    a.createDataChannel('x'); await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription(); await a.setRemoteDescription(b.localDescription);
    await a.addIceCandidate({ candidate: 'candidate:1 1 ${protocol} 2113937151 ${host} ${port} typ host${extra}', sdpMid: '0', sdpMLineIndex: 0 });
  })().catch(() => {});`);
};

const plain: Readonly<Record<string, Vector>> = {
  img: (at) => `<img src="http://${at}/">`,
  'img srcset': (at) => `<img srcset="http://${at}/ 1x">`,
  picture: (at) => `<picture><source srcset="http://${at}/"><img></picture>`,
  'image input': (at) => `<input type="image" src="http://${at}/">`,
  'new Image': (at) => script(`(globalThis.images ??= []).push(Object.assign(new Image(), { src: 'http://${at}/' }));`),
  iframe: (at) => `<iframe src="http://${at}/"></iframe>`,
  'iframe srcdoc': (at) => `<iframe srcdoc="<img src='http://${at}/'>"></iframe>`,
  'sandboxed iframe': (at) => `<iframe sandbox src="http://${at}/"></iframe>`,
  'frame that goes on': (at) => `<iframe srcdoc="<meta http-equiv=refresh content='0;url=http://${at}/'>"></iframe>`,
  embed: (at) => `<embed src="http://${at}/">`,
  object: (at) => `<object data="http://${at}/"></object>`,
  'embedded PDF': (at) => `<embed type="application/pdf" src="http://${at}/a.pdf">`,
  'style sheet': (at) => `<link rel="stylesheet" href="http://${at}/">`,
  '@import': (at) => style(`@import url(http://${at}/);`),
  'background image': (at) => `<p style="background:url(http://${at}/)">x`,
  'border image': (at) => `<p style="border:9px solid;border-image:url(http://${at}/) 9">x`,
  'list image': (at) => `<ul style="list-style-image:url(http://${at}/)"><li>x</ul>`,
  'CSS content': (at) => `<p style="content:url(http://${at}/)">x`,
  'image-set': (at) => `<p style="background:image-set(url(http://${at}/) 1x)">x`,
  'CSS mask': (at) => `<p style="mask:url(http://${at}/)">x`,
  'CSS filter': (at) => `<p style="filter:url(http://${at}/#a)">x`,
  cursor: (at) => `<p style="cursor:url(http://${at}/), auto">x`,
  'body background': (at) => `<table background="http://${at}/"><tr><td>x</table>`,
  font: (at, _street) => `${style(`@font-face { font-family: "f${at}"; src: url(http://${at}/); }`)}<p style="font-family:'f${at}'">x`,
  FontFace: (at) => script(`new FontFace('f', 'url(http://${at}/)').load().catch(() => {});`),
  script: (at) => `<script src="http://${at}/"></script>`,
  'module script': (at) => `<script type="module" src="http://${at}/"></script>`,
  'import()': (at) => script(`import('http://${at}/').catch(() => {});`),
  video: (at) => `<video src="http://${at}/" preload="auto"></video>`,
  'video poster': (at) => `<video poster="http://${at}/"></video>`,
  'video source': (at) => `<video preload="auto"><source src="http://${at}/a.mp4" type="video/mp4"></video>`,
  audio: (at) => `<audio src="http://${at}/" preload="auto"></audio>`,
  track: (at) => `<video src="data:video/mp4," crossorigin><track default kind="captions" src="http://${at}/"></video>`,
  fetch: (at) => script(`fetch('http://${at}/').catch(() => {});`),
  'fetch without CORS': (at) => script(`fetch('http://${at}/', { mode: 'no-cors' }).catch(() => {});`),
  'fetch with keepalive': (at) =>
    script(`fetch('http://${at}/', { mode: 'no-cors', method: 'POST', keepalive: true, body: 'x' }).catch(() => {});`),
  'fetch with a preflight': (at) => script(`fetch('http://${at}/', { method: 'PUT' }).catch(() => {});`),
  'fetch through a redirect': (at, street) =>
    script(`fetch('http://${street}/to?to=' + encodeURIComponent('http://${at}/'), { mode: 'no-cors' }).catch(() => {});`),
  XHR: (at) => script(`const x = new XMLHttpRequest(); x.open('GET', 'http://${at}/'); x.send();`),
  beacon: (at) => script(`navigator.sendBeacon('http://${at}/', 'x');`),
  'ping of a link': (at) =>
    `<a id="ping-${at}" href="#x" ping="http://${at}/">x</a>${script(`document.getElementById('ping-${at}').click();`)}`,
  EventSource: (at) => script(`new EventSource('http://${at}/');`),
  'ws:': (at) => script(`new WebSocket('ws://${at}/');`),
  'wss:': (at) => script(`new WebSocket('wss://${at}/');`),
  'https:': (at) => `<img src="https://${at}/">`,
  'CSP report': (at, street) => `<iframe src="http://${street}/csp?to=${encodeURIComponent(`http://${at}/`)}"></iframe>`,
  'Link header': (at, street) => `<iframe src="http://${street}/link?to=${encodeURIComponent(`http://${at}/`)}"></iframe>`,
  'Refresh header in a frame': (at, street) => `<iframe src="http://${street}/refresh?to=${encodeURIComponent(`http://${at}/`)}"></iframe>`,
  preload: (at) => `<link rel="preload" as="image" href="http://${at}/">`,
  modulepreload: (at) => `<link rel="modulepreload" href="http://${at}/">`,
  prefetch: (at) => `<link rel="prefetch" href="http://${at}/">`,
  preconnect: (at) => `<link rel="preconnect" href="http://${at}/">`,
  icon: (at) => `<link rel="icon" href="http://${at}/">`,
  manifest: (at) => `<link rel="manifest" href="http://${at}/">`,
  'speculation rules': (at) =>
    `<script type="speculationrules">{"prefetch":[{"source":"list","eagerness":"immediate","urls":["http://${at}/"]}]}</script>`,
  'svg image': (at) => `<svg width="9" height="9"><image href="http://${at}/" width="9" height="9"/></svg>`,
  'svg feImage': (at) => `<svg><filter id="f"><feImage href="http://${at}/"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>`,
  'svg foreignObject': (at) =>
    `<svg><foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="http://${at}/"></foreignObject></svg>`,
  'svg use': (at) => `<svg><use href="http://${at}/#a"/></svg>`,
  'fetch in a worker': (at) => script(`new Worker(${worker(`fetch('http://${at}/', { mode: 'no-cors' })`)});`),
  'importScripts in a worker': (at) => script(`new Worker(${worker(`importScripts('http://${at}/')`)});`),
  'ws: in a worker': (at) => script(`new Worker(${worker(`new WebSocket('ws://${at}/')`)});`),
  'fetch in a shared worker': (at) => script(`new SharedWorker(${worker(`fetch('http://${at}/', { mode: 'no-cors' })`)});`),
  popup: (at) => script(`open('http://${at}/');`),
  'popup by a form': (at) =>
    `<form id="form-${at}" target="_blank" action="http://${at}/"></form>${script(`document.getElementById('form-${at}').submit();`)}`,
  'form in a frame': (at) =>
    `<iframe name="in-${at}"></iframe><form id="post-${at}" method="post" target="in-${at}" action="http://${at}/"></form>${script(`document.getElementById('post-${at}').submit();`)}`,
  STUN: (at) => peer(`{ urls: 'stun:${at}' }`),
  'TURN over UDP': (at) => peer(`{ urls: 'turn:${at}?transport=udp', username: 'u', credential: 'c' }`),
  'TURN over TCP': (at) => peer(`{ urls: 'turn:${at}?transport=tcp', username: 'u', credential: 'c' }`),
  'TURN over TLS': (at) => peer(`{ urls: 'turns:${at}?transport=tcp', username: 'u', credential: 'c' }`),
  'ICE candidate over UDP': (at) => candidate(at, 'udp'),
  'ICE candidate over TCP': (at) => candidate(at, 'tcp', ' tcptype passive'),
};

const secure: Readonly<Record<string, Vector>> = {
  WebTransport: (at) => script(`new WebTransport('https://${at}/').ready.catch(() => {});`),
  'fetch in a service worker': (at) =>
    script(`navigator.serviceWorker.register('/sw.js?to=' + encodeURIComponent('http://${at}/')).catch(() => {});`),
  'audio worklet': (at) => script(`new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule('http://${at}/').catch(() => {});`),
  'paint worklet': (at) => script(`CSS.paintWorklet.addModule('http://${at}/').catch(() => {});`),
  'fetch from a secure context': (at) => script(`fetch('http://${at}/', { mode: 'no-cors' }).catch(() => {});`),
};

/** Names that only have to be asked for: the question is the hit. */
const asked: Readonly<Record<string, (name: string, port: number) => string>> = {
  'dns-prefetch': (name) => `<link rel="dns-prefetch" href="//${name}/">`,
  'preconnect to a name': (name, port) => `<link rel="preconnect" href="http://${name}:${port}/">`,
  'STUN server by name': (name, port) => peer(`{ urls: 'stun:${name}:${port}' }`),
  'TURN server by name': (name, port) => peer(`{ urls: 'turn:${name}:${port}?transport=udp', username: 'u', credential: 'c' }`),
  'image from a name': (name, port) => `<img src="http://${name}:${port}/">`,
};

/** What this Chrome never does, guarded or not. */
const never: Readonly<Record<string, string>> = {
  'embedded PDF': 'headless-shell has no PDF viewer',
  'CSS filter': 'Chrome loads filters of its own origin only',
  'svg use': 'Chrome loads symbols of its own origin only',
  preconnect: 'headless-shell opens no connection ahead of time',
  'preconnect to a name': 'headless-shell opens no connection ahead of time',
  'dns-prefetch': 'headless-shell resolves no name ahead of time',
  icon: 'headless-shell shows no icon',
  manifest: 'headless-shell reads no manifest unless asked to',
  'speculation rules': 'Chrome fetches ahead over TLS only',
};

const others = [inside.v4, inside.metadata, `[${inside.v6}]`, '[::1]'];

function rows(way: 'vector' | 'secure', vectors: Readonly<Record<string, Vector>>): Row[] {
  return Object.entries(vectors).flatMap(([name, html], index) =>
    ['127.0.0.1', others[index % others.length] as string].map((victim) => ({
      group: way === 'vector' ? 'vectors' : 'vectors of a secure context',
      name: `${name} to ${victim}`,
      way,
      write: ({ port, street }) => html(`${victim}:${port}`, street),
      loopback: victim === '127.0.0.1' || victim === '[::1]',
      ...unprovable(name),
    })),
  );
}

function unprovable(name: string): Pick<Row, 'unprovable'> {
  return never[name] === undefined ? {} : { unprovable: never[name] };
}

/** All that a page can do to reach somewhere. */
export const vectorRows: readonly Row[] = [
  ...rows('vector', plain),
  ...rows('secure', secure),
  ...Object.entries(asked).map(
    ([name, html]): Row => ({
      group: 'names past the resolver',
      name,
      way: 'vector',
      write: ({ name: host, port }) => html(host, port),
      records: [[{ a: inside.v4 }]],
      loopback: false,
      ...unprovable(name),
    }),
  ),
];
