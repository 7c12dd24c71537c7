import type { HostilePage } from './page.ts';

const style = (text: string) => `<style>${text}</style>`;
const boxes = (count: number, css: string) =>
  style(`i { display: inline-block; width: 40px; height: 40px; ${css} }`) + '<i></i>'.repeat(count);

/** Pages that are a burden to lay out and to paint. */
export const looks: Readonly<Record<string, HostilePage>> = {
  blur: { ends: ['picture', 'timeout'], serve: boxes(2_000, 'background: red; filter: blur(100px);') },
  'blur upon blur': {
    ends: ['picture', 'timeout'],
    serve: style('div { filter: blur(50px); padding: 1px; background: #f002; }') + '<div>'.repeat(400),
  },
  'blurred backdrops': {
    ends: ['picture', 'timeout'],
    serve: style('i { position: fixed; inset: 0; backdrop-filter: blur(20px); }') + '<i></i>'.repeat(100),
  },
  'huge shadows': {
    ends: ['picture', 'timeout'],
    serve: boxes(500, `box-shadow: ${Array.from({ length: 50 }, (_, n) => `${n}px ${n}px 500px #${100 + n}`).join()};`),
  },
  'ten thousand layers': {
    ends: ['picture', 'timeout'],
    serve: style('i { position: fixed; inset: 0; will-change: transform; background: #f001; }') + '<i></i>'.repeat(10_000),
  },
  'endless animations': {
    ends: ['picture', 'timeout'],
    serve: style('@keyframes k { to { rotate: 1turn; } }') + boxes(5_000, 'background: red; animation: k 1s infinite linear;'),
  },
  'gradients upon gradients': {
    ends: ['picture', 'timeout'],
    serve: style(
      `body { height: 800px; background: ${Array.from({ length: 2_000 }, (_, n) => `repeating-radial-gradient(#0001, #f001 ${1 + n / 100}px)`).join()}; }`,
    ),
  },
  'variables that double': {
    ends: ['picture', 'timeout'],
    serve: `${style(
      `:root { --v0: x; ${Array.from({ length: 40 }, (_, n) => `--v${n + 1}: var(--v${n}) var(--v${n});`).join('')} } p::after { content: var(--v40); }`,
    )}<p>x`,
  },
  'selectors without end': {
    ends: ['picture', 'timeout'],
    serve:
      style(Array.from({ length: 3_000 }, (_, n) => `:has(i i i:not(.x${n})) i ~ i + i { color: #f0${n % 10}; }`).join('')) +
      '<i></i>'.repeat(3_000),
  },
  'letters a million pixels high': { ends: ['picture', 'timeout'], serve: '<p style="font-size:1000000px">Ag' },
  'tables of tables': { ends: ['picture', 'timeout', 'page_crashed'], serve: '<table><tr><td colspan="1000" rowspan="65534">'.repeat(500) },
  'a page too high': {
    ends: ['picture_too_large'],
    serve: '<div style="height:1000000px;background:linear-gradient(#00f,#f00)">',
    fullPage: true,
  },
  'a page too wide': {
    ends: ['picture', 'picture_too_large'],
    serve: '<div style="width:20000px;height:100px;background:#808000">',
    fullPage: true,
  },
  'a page too large both ways': {
    ends: ['picture_too_large'],
    serve: '<div style="width:20000px;height:20000px;background:#808000">',
    fullPage: true,
  },
  'a page without end': { ends: ['picture_too_large', 'picture'], serve: '<div style="height:1e30px">x', fullPage: true },
  'a page that grows': {
    ends: ['picture', 'picture_too_large', 'timeout'],
    serve:
      '<script>const grow = () => { document.body.append(Object.assign(document.createElement("p"), { style: "height:2000px" })); requestAnimationFrame(grow); }; onload = grow;</script>',
    fullPage: true,
    delay: 0.5,
  },
  'a page that grows when it is measured': {
    ends: ['picture', 'picture_too_large', 'timeout'],
    serve:
      '<div style="height:200vh">x</div><script>onresize = () => { document.body.firstChild.style.height = innerHeight * 2 + "px"; };</script>',
    fullPage: true,
  },
  'a thousand fonts': {
    ends: ['picture', 'timeout'],
    serve:
      style(
        Array.from(
          { length: 1_000 },
          (_, n) => `@font-face { font-family: f${n}; src: url(/empty?${n}); } .f${n} { font-family: f${n}; }`,
        ).join(''),
      ) + Array.from({ length: 1_000 }, (_, n) => `<i class="f${n}">x</i>`).join(''),
  },
  'a huge drawing': {
    ends: ['picture', 'timeout'],
    serve: `<svg width="1000" height="1000">${'<path d="M0 0C500 900 900 500 999 999z" stroke="red" fill="#00f1" stroke-dasharray="1"/>'.repeat(20_000)}</svg>`,
  },
  'a drawing of drawings': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: `<svg width="100" height="100"><g id="a0"><rect width="9" height="9"/></g>${Array.from({ length: 12 }, (_, n) => `<g id="a${n + 1}">${`<use href="#a${n}"/>`.repeat(8)}</g>`).join('')}</svg>`,
  },
  'a turbulent drawing': {
    ends: ['picture', 'timeout'],
    serve:
      '<svg width="1280" height="800"><filter id="f"><feTurbulence baseFrequency=".9" numOctaves="1000"/><feGaussianBlur stdDeviation="200"/></filter><rect width="1280" height="800" filter="url(#f)"/></svg>'.repeat(
        3,
      ),
  },
};
