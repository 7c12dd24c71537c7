import type { HostilePage } from './page.ts';

const script = (text: string) => `<script>${text}</script>`;
const late = (text: string) => script(`onload = () => setTimeout(() => { ${text} }, 50);`);

/** Pages whose scripts do not end, or that ask for more than there is. */
export const scripts: Readonly<Record<string, HostilePage>> = {
  'a loop': { ends: ['timeout'], serve: script('for (;;);') },
  'a loop once it has loaded': { ends: ['timeout'], serve: late('for (;;);'), delay: 0.3 },
  'a loop in a frame': { ends: ['timeout'], serve: `<iframe srcdoc="<script>for (;;);</script>"></iframe>` },
  'a loop of microtasks': { ends: ['timeout'], serve: script('const again = () => Promise.resolve().then(again); again();') },
  'a loop of timers': {
    ends: ['picture', 'timeout'],
    serve: script('const t = () => { setTimeout(t); setTimeout(t); for (let n = 0; n < 1e5; n += 1); }; t();'),
    delay: 1,
  },
  'a loop of messages': {
    ends: ['picture', 'timeout'],
    serve: script(
      'const c = new MessageChannel(); c.port1.onmessage = () => { c.port2.postMessage(0); c.port2.postMessage(0); }; c.port2.postMessage(0);',
    ),
    delay: 1,
  },
  'a loop of frames drawn': {
    ends: ['picture', 'timeout'],
    serve: script(
      'const f = () => { requestAnimationFrame(f); const end = performance.now() + 500; while (performance.now() < end); }; f();',
    ),
  },
  'a loop of layouts': {
    ends: ['timeout'],
    serve: `<div id="d">x</div>${script("for (let n = 0; ; n += 1) { d.style.width = (n % 100) + 'px'; d.offsetHeight; }")}`,
  },
  'an endless regular expression': { ends: ['timeout'], serve: script(`/^(a|a)*$/.test('${'a'.repeat(60)}b');`) },
  'endless recursion': { ends: ['picture'], serve: script('const f = () => f(); f();') },
  'loops in workers': {
    ends: ['picture', 'timeout'],
    serve: script("for (let n = 0; n < 8; n += 1) new Worker(URL.createObjectURL(new Blob(['for (;;);'])));"),
    delay: 0.5,
  },
  debugger: { ends: ['picture'], serve: script('debugger;') },

  'alert for ever': { ends: ['page_overload', 'timeout'], serve: script('for (;;) alert(1);') },
  'confirm for ever': { ends: ['page_overload', 'timeout'], serve: script('while (!confirm(1));') },
  'prompt for ever': { ends: ['page_overload', 'timeout'], serve: script('while (!prompt(1));') },
  'print for ever': { ends: ['timeout'], serve: script('for (;;) print();') },
  'a page that is not left': {
    ends: ['picture'],
    serve: script("onbeforeunload = (event) => { event.preventDefault(); return 'stay'; };"),
  },
  'a page that is not left, and leaves': {
    ends: ['picture', 'timeout'],
    serve: script(
      "onbeforeunload = (event) => { event.preventDefault(); alert(1); return 'stay'; }; onload = () => { location = '/plain'; };",
    ),
    delay: 0.5,
  },
  'a page that closes itself': { ends: ['picture'], serve: script('close(); window.close();'), delay: 0.2 },
  'a page that stops itself': { ends: ['picture'], serve: script('stop();') },

  'an array without end': { ends: ['timeout', 'page_crashed'], serve: script('const a = []; for (;;) a.push(new Array(1e5).fill({}));') },
  'a string without end': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: script(
      "let s = 'x'; const all = []; for (let n = 0; n < 200; n += 1) { all.push(s); s = n % 28 === 27 ? 'x' : s + s; JSON.stringify(s); }",
    ),
  },
  canvases: {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: script(
      "globalThis.all = []; for (let n = 0; n < 40; n += 1) { const c = new OffscreenCanvas(4096, 4096); c.getContext('2d').fillRect(0, 0, 4096, 4096); all.push(c); }",
    ),
  },
  'a huge canvas': {
    ends: ['picture', 'timeout'],
    serve: `<canvas id="c" width="30000" height="30000"></canvas>${script("c.getContext('2d').fillRect(0, 0, 30000, 30000);")}`,
  },
  'typed arrays in workers': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: script(
      "for (let n = 0; n < 4; n += 1) new Worker(URL.createObjectURL(new Blob(['const a = []; for (let n = 0; n < 8; n += 1) a.push(new Uint8Array(64 << 20).fill(1)); for (;;);'])));",
    ),
    delay: 1,
  },
  blobs: {
    ends: ['picture', 'timeout'],
    serve: script('globalThis.all = []; for (let n = 0; n < 20; n += 1) all.push(new Blob([new Uint8Array(16 << 20)]));'),
  },
  'elements without end': {
    ends: ['timeout', 'picture'],
    serve: script('setInterval(() => { for (let n = 0; n < 5000; n += 1) document.body.append(document.createElement("p")); });'),
    delay: 1,
  },
  'a million elements': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: script('onload = () => { document.body.innerHTML = "<i>x</i>".repeat(1e6); };'),
    delay: 0.2,
  },
  'a hundred thousand levels': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: script(
      "let at = document.body ?? document.documentElement; for (let n = 0; n < 1e5; n += 1) at = at.appendChild(document.createElement('div'));",
    ),
  },
  'a hundred thousand levels of inline boxes': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: `${script("onload = () => { let at = document.body; for (let n = 0; n < 1e5; n += 1) at = at.appendChild(document.createElement('span')); at.textContent = 'x'; };")}`,
    delay: 0.2,
  },

  'a thousand windows': {
    ends: ['page_overload', 'picture', 'timeout'],
    serve: script("for (let n = 0; n < 1000; n += 1) open('/plain?' + n);"),
    delay: 1,
  },
  'windows that open windows': {
    ends: ['page_overload', 'picture', 'timeout'],
    serve: script('setInterval(() => open(location.href));'),
    delay: 1,
  },
  'five hundred frames': { ends: ['picture', 'timeout'], serve: '<iframe src="/plain"></iframe>'.repeat(500) },
  'five hundred frames of their own documents': { ends: ['picture', 'timeout'], serve: '<iframe srcdoc="<p>x"></iframe>'.repeat(500) },
  'workers for ever': {
    ends: ['page_overload', 'timeout'],
    serve: script("setInterval(() => { for (let n = 0; n < 20; n += 1) new Worker('data:text/javascript,').terminate(); });"),
    delay: 10,
  },
  'ten thousand requests': {
    ends: ['page_overload', 'timeout'],
    serve: script("for (let n = 0; n < 1e4; n += 1) fetch('/empty?' + n).catch(() => {});"),
    delay: 10,
  },
  'ten thousand images': {
    ends: ['page_overload', 'timeout'],
    serve: script("for (let n = 0; n < 1e4; n += 1) new Image().src = '/empty?' + n;"),
    delay: 10,
  },
  'an image that tries again': {
    ends: ['page_overload', 'timeout', 'picture'],
    serve: `<img src="/empty" onerror="this.src = '/empty?' + Math.random()">`,
    delay: 10,
  },
  'a console without end': { ends: ['page_overload', 'timeout'], serve: script('for (;;) console.log("x");') },
  'a console of megabytes': {
    ends: ['page_overload', 'timeout', 'picture'],
    serve: script("for (let n = 0; n < 50; n += 1) console.log('x'.repeat(1 << 20));"),
  },
  'errors without end': {
    ends: ['picture', 'page_overload', 'timeout'],
    serve: script('setInterval(() => { for (let n = 0; n < 100; n += 1) Promise.reject(new Error("x")); });'),
    delay: 1,
  },
  'history without end': {
    ends: ['picture', 'page_overload', 'timeout'],
    serve: script("setInterval(() => { for (let n = 0; n < 100; n += 1) history.pushState(n, '', '?' + n); });"),
    delay: 1,
  },
  'hashes without end': {
    ends: ['picture', 'page_overload', 'timeout'],
    serve: script('setInterval(() => { for (let n = 0; n < 100; n += 1) location.hash = Math.random(); });'),
    delay: 1,
  },
  'a page that goes on for ever': {
    ends: ['picture', 'page_overload', 'timeout', 'not_a_page'],
    serve: script("location = '?' + Math.random();"),
  },
  'a page that goes on once loaded': {
    ends: ['picture', 'page_overload', 'timeout', 'not_a_page'],
    serve: script("onload = () => { location = '?' + Math.random(); };"),
    delay: 0.5,
  },
  'a page that reloads': {
    ends: ['picture', 'page_overload', 'timeout', 'not_a_page'],
    serve: script('setTimeout(() => location.reload());'),
    delay: 1,
  },
  'downloads without end': {
    ends: ['picture', 'timeout'],
    serve: script("setInterval(() => Object.assign(document.createElement('a'), { href: '/download', download: 'x' }).click(), 1);"),
    delay: 1,
  },
  'downloads in frames': { ends: ['picture', 'timeout'], serve: '<iframe src="/download"></iframe>'.repeat(100) },
  'a service worker that never answers': {
    ends: ['picture', 'timeout'],
    serve: script(
      "navigator.serviceWorker.register('/sw.js', { scope: '/' }).then(() => navigator.serviceWorker.ready).then(() => location.reload());",
    ),
    delay: 1,
  },
  'a hog of WebGL': {
    ends: ['picture', 'timeout'],
    serve: `<canvas id="c" width="2000" height="2000"></canvas>${script(`const gl = c.getContext('webgl'); if (gl) { const p = gl.createProgram();
      for (const [type, text] of [[gl.VERTEX_SHADER, 'attribute vec2 p; void main() { gl_Position = vec4(p, 0, 1); }'],
        [gl.FRAGMENT_SHADER, 'precision highp float; void main() { float x = 0.; for (int i = 0; i < 100000; i++) x += sin(float(i) + x); gl_FragColor = vec4(x); }']]) {
        const s = gl.createShader(type); gl.shaderSource(s, text); gl.compileShader(s); gl.attachShader(p, s); }
      gl.linkProgram(p); gl.useProgram(p); gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW); gl.enableVertexAttribArray(0);
      gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0); for (let n = 0; n < 100; n += 1) gl.drawArrays(gl.TRIANGLES, 0, 3); }`)}`,
  },
};
