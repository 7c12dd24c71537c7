import { add, as, idle, type Option, type Options, off, only, put, same } from '../option.ts';
import { each, flag, number, oneOf, scaled, text, textLike, texts, words } from '../read.ts';
import { cookie, header } from '../request-parts.ts';
import { pdfOptions } from './pdf-options.ts';
import { readClip } from './read-clip.ts';

/** Refuses one kind of requests. */
const block = (...kinds: readonly string[]): Option => add('block_resources', flag, (isBlocked) => (isBlocked ? kinds : []));

/** Fails on a range of statuses. */
const failOn = (range: string): Option => add('fail_on_status', flag, (fails) => (fails ? [range] : []));

const scheme = /^[a-z][a-z\d+.-]*:\/\//i;

/** What renders take for the wish. Options that are not here are refused as not supported. */
export const options: Options = {
  // Theirs takes an address without a scheme.
  url: as('url', text, (url) => (scheme.test(url) ? url : `http://${url}`)),
  html: same('html', text),

  format: same('format', oneOf({ ...words('png', 'jpeg', 'webp', 'avif', 'pdf', 'html', 'mhtml'), jpg: 'jpeg', md: 'markdown' })),
  // Ours begins at 1.
  quality: as('quality', scaled(0, 100, 1), (value) => Math.max(1, value)),
  transparent: same('omit_background', flag),
  thumb_width: same('image_width', number),
  thumb_height: same('image_height', number),
  img_fit: same('fit', oneOf(words('cover', 'contain', 'fill'))),
  clip: same('clip', readClip),
  ...pdfOptions,

  width: same('width', number),
  height: same('height', number),
  retina: same('retina', flag),
  dpr: same('device_scale_factor', number),
  user_agent: same(
    'user_agent',
    textLike(/^(?!(random|mobile|desktop)$)/, 'must be a user agent: random, mobile and desktop are not supported'),
  ),

  full_page: same('full_page', flag),
  full_page_mode: idle(oneOf(words('stitch', 'native'))),
  max_height: same('max_height', number),
  scroll_increment: same('scroll_step', number),
  scroll_delay: same('scroll_delay', scaled(0, 5_000, 0.001)),
  skip_scroll: as('scroll', flag, (isSkipped) => !isSkipped),

  selector: same('selector', text),
  fail_if_selector_missing: as('selector_missing', flag, (fails) => (fails ? 'fail' : 'page')),

  hover: add('steps', texts, (selectors) => selectors.map((selector) => ({ action: 'hover', selector }))),
  click: add('steps', texts, (selectors) => selectors.map((selector) => ({ action: 'click', selector }))),
  press_escape: add('steps', flag, (isPressed) => (isPressed ? [{ action: 'press', key: 'Escape' }] : [])),
  scroll_to: add('steps', text, (to) => [/^\d+$/.test(to) ? { action: 'scroll', pixels: Number(to) } : { action: 'scroll', selector: to }]),
  css: same('css', text),
  js: same('js', text),
  disable_js: same('disable_javascript', flag),
  disable_animations: same('disable_animations', flag),
  hide_selector: same('hide_selectors', texts),

  dark_mode: same('dark_mode', flag),
  reduced_motion: same('reduced_motion', flag),
  media: same('media_type', oneOf(words('screen', 'print'))),
  tz: same('timezone', text),
  accept_lang: same('locale', text),
  latitude: same('geolocation.latitude', number),
  longitude: same('geolocation.longitude', number),
  accuracy: same('geolocation.accuracy', number),

  block_ads: same('block_ads', flag),
  hide_cookie_banners: same('block_cookies', flag),
  block_urls: same('block_urls', texts),
  block_fonts: block('font'),
  block_images: block('image'),
  block_medias: block('media'),
  block_styles: block('stylesheet'),
  block_scripts: block('script'),
  block_xhr: block('xhr'),
  block_fetch: block('fetch'),
  block_sockets: block('websocket'),
  block_manifests: block('manifest'),
  block_other: block('other'),

  delay: same('delay', scaled(0, 30_000, 0.001)),
  timeout: same('timeout', scaled(5_000, 100_000, 0.001)),
  wait_for: same('wait_for_selector', text),
  wait_until: same(
    'wait_until',
    oneOf({ domloaded: 'domcontentloaded', loaded: 'load', mostrequestsfinished: 'networkidle2', requestsfinished: 'networkidle0' }),
  ),
  fail_on_4xx: failOn('400-499'),
  fail_on_5xx: failOn('500-599'),

  cookie: same('cookies', each(cookie)),
  header: put(['headers'], each(header('=')), (headers, draft) => {
    draft.headers = { ...(draft.headers as object), ...Object.fromEntries(headers) };
  }),
  authorization: put(['headers'], text, (authorization, draft) => {
    draft.headers = { ...(draft.headers as object), Authorization: authorization };
  }),
  proxy: same('proxy', text),
  webhook_url: same('webhook_url', text),

  full_width: only([false]),
  ...off(
    'click_accept',
    'accept_cookies',
    'kill_popups',
    'use_s3',
    'save_html',
    'save_mhtml',
    'save_markdown',
    'save_metadata',
    'metadata',
  ),
  ...off('gpu', 'flash', 'solve_captchas', 'fail_if_captcha', 'use_stealth', 'readable', 'use_tailwind', 'block_frames'),
};
