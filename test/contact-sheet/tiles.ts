/** One picture of the sheet. */
export interface Tile {
  readonly caption: string;
  /** What is posted; a url without a host is one of the site. */
  readonly wish: Readonly<Record<string, unknown>>;
}

const album = '/site/golden-bootstrap.html';
const letters = `<!doctype html><meta charset="utf-8"><style>body { margin: 24px; font: 30px/1.6 sans-serif } p { margin: 0 }</style>
<p>Latin, ελληνικά, кириллица</p><p lang="zh-CN">漢字和简体字</p><p lang="ja">ひらがなとカタカナ</p><p lang="ko">한국어</p>
<p lang="ar" dir="rtl">من اليمين إلى اليسار</p><p lang="he" dir="rtl">מימין לשמאל</p><p lang="hi">देवनागरी लिपि क्ष</p><p lang="th">ภาษาไทย</p>
<p>😀 🍓 👩🏽‍🚀 🏳️‍🌈 🇨🇭 ❤️ 👍🏿</p>`;
const html = `<!doctype html><style>body { margin: 0; height: 100vh; display: grid; place-content: center; color: #fff;
background: conic-gradient(from 45deg, #12c2e9, #c471ed, #f64f59, #12c2e9); font: bold 72px sans-serif }</style>HTML of your own`;
const markdown = `# Markdown of your own

A page that is **written**, not visited: lists, tables, code.

| format | what for |
| --- | --- |
| png | every pixel |
| webp | small ones |

\`\`\`js
await shotwire.capture({ markdown });
\`\`\`

> And quotes.
`;

/** All of them, in the order that they are shown. */
export const tiles: readonly Tile[] = [
  { caption: 'Bootstrap: the viewport', wish: { url: album } },
  { caption: 'The whole page, its bar once', wish: { url: album, full_page: true } },
  { caption: 'Dark', wish: { url: album, dark_mode: true } },
  { caption: 'An iPhone 15 Pro, three pixels for one', wish: { url: album, device: 'iPhone 15 Pro' } },
  { caption: 'A tablet', wish: { url: album, device: 'tablet', retina: true } },
  { caption: 'A wide window', wish: { url: album, width: 1920, height: 1080, format: 'webp' } },

  { caption: 'swagger-ui, as a whole', wish: { url: '/site/golden-swagger.html', full_page: true, wait_for_selector: '.opblock' } },
  {
    caption: 'After a click',
    wish: {
      url: '/site/golden-swagger.html',
      wait_for_selector: '.opblock',
      steps: [{ action: 'click', selector: '.opblock-get .opblock-summary-control' }],
      stable: true,
    },
  },
  { caption: 'reveal.js', wish: { url: '/site/golden-reveal.html', stable: true } },
  { caption: 'Its second slide', wish: { url: '/site/golden-reveal.html#/1', stable: true, disable_animations: true } },
  { caption: 'WebGL, canvas and filters', wish: { url: '/site/golden-drawn.html', width: 400, height: 600 } },
  { caption: 'Every letter, and emoji', wish: { html: letters, width: 640, height: 560 } },

  { caption: 'AdminLTE, charts at rest', wish: { url: '/index3.html', full_page: true, stable: true } },
  { caption: 'Charts', wish: { url: '/pages/charts/chartjs.html', full_page: true, stable: true, format: 'jpeg', quality: 70 } },
  {
    caption: 'Noon in UTC, in Tokyo',
    wish: { url: '/site/golden-place.html', locale: 'ja-JP', timezone: 'Asia/Tokyo', width: 480, height: 320 },
  },
  { caption: 'Ten windows high', wish: { url: '/pages/UI/general.html', full_page: true, stable: true } },
  { caption: 'A time line', wish: { url: '/pages/UI/timeline.html', full_page: true } },
  { caption: 'Mail on a phone', wish: { url: '/pages/mailbox/mailbox.html', device: 'mobile', stable: true } },

  { caption: 'One element, 20 pixels around it', wish: { url: '/pages/widgets.html', selector: '.card-widget', selector_padding: 20 } },
  { caption: 'As it is printed', wish: { url: '/pages/examples/invoice.html', media_type: 'print', full_page: true } },
  {
    caption: 'Names painted over, a part hidden',
    wish: { url: '/pages/examples/profile.html', mask_selectors: ['h3', '.username', 'img'], hide_selectors: ['.main-sidebar'] },
  },
  { caption: 'No background', wish: { url: '/site/golden-bare.html', width: 500, height: 700, omit_background: true } },
  { caption: 'HTML instead of a URL', wish: { html, width: 1000, height: 700 } },
  { caption: 'Markdown instead of a URL', wish: { markdown, width: 700, height: 560 } },
];
