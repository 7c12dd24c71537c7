import { flag, number, oneOf, text, texts, whole } from '../read.ts';
import { readApps } from './apps.ts';
import { leaveFrom } from './country.ts';
import { idle, type Option, put, refused, type Shown, same } from './option.ts';
import { cookies, headers, loadScript, referer } from './request.ts';
import { readSteps, shownSteps } from './steps.ts';

const also = (format: 'html' | 'pdf', says: string): Option =>
  put(
    flag,
    (value, draft) => {
      if (value) draft.also = [...(draft.also ?? []), format];
    },
    {
      says,
      ours: ['also'],
      echo: ({ options }) => Array.isArray(options.also) && options.also.includes(format),
    },
  );

const of = (name: string) => (shown: Shown) => shown.options[name] ?? null;
const margin = (...sides: readonly string[]): Option =>
  put(
    number,
    (pixels, draft) => {
      draft.pdf = { ...draft.pdf, ...Object.fromEntries(sides.map((side) => [`margin_${side}`, `${pixels}px`])) };
    },
    {
      says: 'In CSS pixels.',
      ours: sides.map((side) => `pdf.margin_${side}`),
      kept: true,
    },
  );

const withPdf = { kept: true } as const;
/** The recording in a list of results. */
const videoIn = (formats: unknown) =>
  Array.isArray(formats) ? formats.find((format) => format === 'webm' || format === 'mp4') : undefined;

/** Every option of `screenshot/create`, in the order in which they are read. What is not here is refused as unknown. */
export const options: Readonly<Record<string, Option>> = {
  // Output.
  url: same('url', text(2048), {
    says: 'The page. It is kept and shown as URLs are written: `https://example.com` is `https://example.com/`.',
  }),
  size: put(
    oneOf('screen', 'page'),
    (size, draft) => {
      draft.full_page = size === 'page';
    },
    {
      says: '`page` is our `full_page`.',
      fallback: 'screen',
      ours: ['full_page'],
      echo: ({ options }) => (options.full_page === true ? 'page' : 'screen'),
    },
  ),
  format: same('format', oneOf('png', 'jpeg', 'webp'), { says: 'As ours.', fallback: 'png' }),
  width: same('image_width', number, {
    says: 'Our `image_width`: the picture is resized. With `height` too it is fitted in whole, on the background.',
  }),
  height: same('image_height', number, { says: 'Our `image_height`.' }),
  html: also('html', 'Our `also`: the document is a further result of the same load.'),
  pdf: also('pdf', 'Our `also`.'),
  video: put(
    flag,
    (value, draft) => {
      if (value) draft.also = [...(draft.also ?? []), 'webm'];
    },
    {
      says: 'Our `also`: webm, or what `video_format` says. Refused where there is no ffmpeg.',
      echo: ({ options }) => videoIn(options.also) !== undefined,
    },
  ),

  // Place.
  country: put(text(100), leaveFrom, {
    says: 'Where `PROXY_<CC>` is set the page is visited through that proxy, or directly where that is `direct`; refused where it is not set.',
    ours: ['proxy'],
    kept: true,
    echo: () => '',
  }),
  language: same('locale', text(100), { says: 'Our `locale`.' }),
  timezone: same('timezone', text(100), { says: 'As ours.' }),
  geo_latitude: same('geolocation.latitude', number, { says: 'Our `geolocation.latitude`.' }),
  geo_longitude: same('geolocation.longitude', number, { says: 'Our `geolocation.longitude`.' }),
  geo_enable: put(
    flag,
    (value, draft) => {
      if (!value) delete draft.geolocation;
      else if (!draft.geolocation) return 'needs geo_latitude and geo_longitude';
      return undefined;
    },
    {
      says: 'False takes the coordinates back. They count without it too.',
      ours: ['geolocation'],
      echo: ({ options }) => Boolean(options.geolocation),
    },
  ),

  // Device.
  device_name: same('device', text(60), { says: 'Our `device`: a model of docs/devices.md. It brings its own viewport.' }),
  screen_width: same('width', number, { says: 'Our `width`, and so from 320. 1024 without a device.' }),
  screen_height: same('height', number, { says: 'Our `height`, and so up to 2160. 1280 without a device.' }),
  device_scale: same('device_scale_factor', number, { says: 'Our `device_scale_factor`.' }),
  device_mobile: same('is_mobile', flag, { says: 'Our `is_mobile`.' }),
  device_touch: same('has_touch', flag, { says: 'Our `has_touch`.' }),
  device_landscape: same('landscape', flag, { says: 'Our `landscape`.' }),

  // Request. None of these comes back.
  header: put(
    headers,
    (value, draft) => {
      draft.headers = { ...draft.headers, ...value };
    },
    {
      says: 'Our `headers`: lines of `Name: value`, or an object of JSON. A secret: never shown again.',
      ours: ['headers'],
    },
  ),
  referer: put(
    referer,
    (from, draft) => {
      draft.headers = { ...draft.headers, Referer: from };
    },
    { says: 'A header like others. Never shown again.' },
  ),
  cookie: put(
    cookies,
    (value, draft) => {
      draft.cookies = value;
    },
    {
      says: 'Our `cookies`: `a=1; b=2`. A secret: never shown again.',
      ours: ['cookies'],
    },
  ),
  post_data: put(text(100_000), (body, draft) => void Object.assign(draft, { method: 'post', body }), {
    says: 'Our `method` post and `body`; as a form, unless `header` has another Content-Type. A secret: never shown again.',
    ours: ['body', 'method'],
  }),
  user_agent: same('user_agent', text(1000), { says: 'As ours.' }),

  // Automation.
  delay: same('delay', number, { says: 'As ours, and so up to 30.', fallback: 5 }),
  max_wait: put(
    whole(0, 120),
    (seconds, draft) => {
      if (seconds > 0) Object.assign(draft, { timeout: seconds, best_attempt: true });
    },
    {
      says: 'Our `timeout` with `best_attempt`: after so many seconds what is there is taken. 0 is our own timeout, after which there is no picture.',
      fallback: 0,
      ours: ['timeout', 'best_attempt'],
      echo: ({ options }) => (options.best_attempt === true ? (options.timeout ?? 0) : 0),
    },
  ),
  script: put(
    text(512),
    (url, draft) => {
      if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return 'must be the http or https URL of a script';
      draft.js = loadScript(new URL(url).href);
      return undefined;
    },
    {
      says: 'Our `js`, which loads it into the page and waits until it has run. A page whose policy forbids that fails.',
      ours: ['js'],
      kept: true,
    },
  ),
  script_inline: put(
    text(100_000),
    (code, draft) => {
      draft.js = draft.js === undefined ? code : `${draft.js}\n${code}`;
    },
    {
      says: 'Our `js`, after `script`.',
      ours: ['js'],
      echo: of('js'),
    },
  ),
  steps: put(
    readSteps,
    (value, draft) => {
      draft.steps = value;
    },
    {
      says: 'Our `steps`: click, hover, fill and type (`value`), press, select, scroll, wait (milliseconds, or until there is a `selector`), sleep (seconds). `selector` or `element`. `screenshot` may only be the last: there is one picture.',
      ours: ['steps'],
      echo: ({ options }) => shownSteps(options.steps),
    },
  ),
  tracker: refused('cannot be honoured: nothing is read out of pages'),
  trackers: refused('cannot be honoured: nothing is read out of pages'),

  // Capture.
  shots: put(whole(1, 100), (shots) => (shots === 1 ? undefined : 'must be 1: there is one picture of each page'), {
    says: '1; more are refused.',
    echo: () => 1,
  }),
  shot_interval: idle(number, { says: 'There is one shot.' }),
  cache: put(
    (sent) => {
      const yes = flag(sent);
      // 1 and 0 are yes and no; what is more is seconds.
      return 'value' in yes ? { value: yes.value ? 86_400 : 0 } : number(sent);
    },
    (seconds, draft) => {
      draft.cache_ttl = seconds;
    },
    { says: 'Our `cache_ttl`: seconds; true is a day.', ours: ['cache_ttl'], kept: true },
  ),
  max_height: put(
    whole(0, 200_000),
    (pixels, draft) => {
      if (pixels > 0) draft.max_height = pixels;
    },
    {
      says: 'As ours; 0 is none.',
      fallback: 0,
      ours: ['max_height'],
      echo: ({ options }) => options.max_height ?? 0,
    },
  ),
  target: same('selector', text(500), { says: 'Our `selector`.' }),
  strict_ssl: idle(flag, { says: 'Certificates are always checked: where theirs would look away, the screenshot fails with TLS_FAILED.' }),

  // Blocking.
  hide_popups: put(flag, (value, draft) => void Object.assign(draft, { block_cookies: value, block_chats: value }), {
    says: 'Our `block_cookies` and `block_chats`.',
    fallback: false,
    ours: ['block_cookies', 'block_chats'],
    echo: of('block_cookies'),
  }),
  hide_ads: same('block_ads', flag, { says: 'Our `block_ads`.' }),

  // Of no page.
  dark: same('dark_mode', flag, { says: 'Our `dark_mode`.' }),
  tag: put(
    texts,
    (tags, draft) => {
      draft.tags = tags;
    },
    { says: 'Our `tags`; repeatable.', ours: ['tags'], echo: ({ tags }) => tags },
  ),
  priority: idle(whole(1, 3), { says: 'They do not say which is first.' }),
  apps: put(
    readApps,
    (apps, draft) => {
      draft.apps = apps;
    },
    {
      says: 'As ours: ids, repeated, or a map of id → path template as JSON.',
      ours: ['apps'],
      echo: ({ apps }) => apps,
    },
  ),

  // PDF. They say something where pdf is asked for.
  pdf_background: same('pdf.background', flag, { says: 'Our `pdf.background`.', ...withPdf }),
  pdf_one_page: same('pdf.one_page', flag, { says: 'Our `pdf.one_page`.', ...withPdf }),
  pdf_landscape: same('pdf.landscape', flag, { says: 'Our `pdf.landscape`.', ...withPdf }),
  pdf_format: same('pdf.paper', oneOf('a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'letter', 'legal', 'tabloid', 'ledger'), {
    says: 'Our `pdf.paper`, in any case.',
    fallback: 'letter',
    ...withPdf,
  }),
  pdf_margin: margin('top', 'right', 'bottom', 'left'),
  pdf_margin_top: margin('top'),
  pdf_margin_bottom: margin('bottom'),
  pdf_margin_left: margin('left'),
  pdf_margin_right: margin('right'),

  // Video. They say something where video is asked for.
  video_format: put(
    oneOf('webm', 'mp4'),
    (format, draft) => {
      if (videoIn(draft.also)) draft.also = draft.also?.map((one) => (one === 'webm' ? format : one)) ?? [];
    },
    { says: 'Which of the two goes into our `also`.', fallback: 'webm', kept: true, echo: ({ options }) => videoIn(options.also) ?? null },
  ),
  video_duration: same('video.duration', number, { says: 'Our `video.duration`, and so up to 30.', fallback: 15, kept: true }),
  video_speed: put(
    number,
    (speed, draft) => (speed === 1 || !videoIn(draft.also) ? undefined : 'must be 1: a video is as quick as its page'),
    {
      says: '1; others are refused.',
      fallback: 1,
      kept: true,
    },
  ),
  video_quality: idle(number, { says: 'Videos have one quality.' }),
};
