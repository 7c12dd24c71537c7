import { add, as, idle, type Options, off, only, put, same } from '../option.ts';
import { each, flag, number, oneOf, scaled, text, texts, words } from '../read.ts';
import { cookie, header } from '../request-parts.ts';
import { clipOptions, geolocationOptions, pdfOptions } from './option-groups.ts';

/** From the weakest to the strongest: each waits for all that those before it wait for. */
const moments = ['domcontentloaded', 'load', 'networkidle2', 'networkidle0'] as const;

/** Theirs takes a part of a URL, such as a domain; ours a whole one, in which * stands for anything. */
const patterns = (parts: readonly string[]) => parts.map((part) => (part.includes('*') ? part : `*${part}*`));

/** What `/take` takes for the wish. Options that are not here are refused as not supported. */
export const options: Options = {
  url: same('url', text),
  html: same('html', text),
  markdown: same('markdown', text),

  format: same('format', oneOf({ ...words('png', 'jpeg', 'webp', 'avif', 'html', 'pdf', 'markdown'), jpg: 'jpeg' })),
  // Ours begins at 1.
  image_quality: as('quality', scaled(0, 100, 1), (value) => Math.max(1, value)),
  image_width: same('image_width', number),
  image_height: same('image_height', number),
  omit_background: same('omit_background', flag),

  full_page: same('full_page', flag),
  full_page_scroll: same('scroll', flag),
  full_page_scroll_delay: same('scroll_delay', scaled(100, 5_000, 0.001)),
  full_page_scroll_by: same('scroll_step', number),
  full_page_max_height: same('max_height', number),
  full_page_algorithm: idle(oneOf(words('default', 'by_sections'))),
  capture_beyond_viewport: idle(flag),

  selector: same('selector', text),
  selector_algorithm: idle(oneOf(words('default', 'clip'))),
  selector_scroll_into_view: idle(flag),
  error_on_selector_not_found: as('selector_missing', flag, (isError) => (isError ? 'fail' : 'page')),
  ...clipOptions,
  ...pdfOptions,

  viewport_device: same('device', text),
  viewport_width: same('width', number),
  viewport_height: same('height', number),
  device_scale_factor: same('device_scale_factor', number),
  viewport_mobile: same('is_mobile', flag),
  viewport_has_touch: same('has_touch', flag),
  viewport_landscape: same('landscape', flag),

  dark_mode: same('dark_mode', flag),
  reduced_motion: same('reduced_motion', flag),
  media_type: same('media_type', oneOf(words('screen', 'print'))),
  time_zone: same('timezone', text),
  ...geolocationOptions,

  scripts: same('js', text),
  styles: same('css', text),
  hide_selectors: same('hide_selectors', texts),
  hover: add('steps', text, (selector) => [{ action: 'hover', selector }]),
  error_on_hover_selector_not_found: only([true], 'must be true: Shotwire fails where there is nothing to hover over'),
  click: add('steps', text, (selector) => [{ action: 'click', selector }]),
  error_on_click_selector_not_found: only([true], 'must be true: Shotwire fails where there is nothing to click'),
  scroll_into_view: add('steps', text, (selector) => [{ action: 'scroll', selector }]),
  scroll_into_view_adjust_top: add('steps', number, (pixels) => (pixels === 0 ? [] : [{ action: 'scroll', pixels }])),
  bypass_csp: same('bypass_csp', flag),

  block_ads: same('block_ads', flag),
  block_trackers: same('block_trackers', flag),
  block_cookie_banners: same('block_cookies', flag),
  block_chats: same('block_chats', flag),
  block_requests: as('block_urls', texts, patterns),
  block_resources: same('block_resources', texts),

  delay: same('delay', number),
  timeout: same('timeout', number),
  navigation_timeout: idle(scaled(0, 30, 1)),
  wait_until: as('wait_until', each(oneOf(words(...moments))), (asked) => moments.findLast((moment) => asked.includes(moment))),
  wait_for_selector: same('wait_for_selector', text),
  wait_for_selector_algorithm: only(['at_least_one']),

  fail_if_content_contains: same('fail_if_text', texts),
  fail_if_content_missing: same('fail_if_text_missing', texts),
  fail_if_request_failed: as('fail_on_request_failed', texts, patterns),
  ignore_host_errors: as('fail_on_status', flag, (isIgnored) => (isIgnored ? [] : undefined)),

  user_agent: same('user_agent', text),
  headers: put(['headers'], each(header(':')), (headers, draft) => {
    draft.headers = { ...(draft.headers as object), ...Object.fromEntries(headers) };
  }),
  authorization: put(['headers'], text, (authorization, draft) => {
    draft.headers = { ...(draft.headers as object), Authorization: authorization };
  }),
  cookies: same('cookies', each(cookie)),
  proxy: same('proxy', text),

  ...off(
    'store',
    'storage_return_location',
    'full_page_slices',
    'include_shadow_dom',
    'request_gpu_rendering',
    'fail_if_gpu_rendering_fails',
  ),
  ...off('block_annoyances', 'block_banners_by_heuristics', 'block_socials'),
  ...off('metadata_image_size', 'metadata_fonts', 'metadata_content', 'metadata_page_title', 'metadata_open_graph', 'metadata_icon'),
  ...off('metadata_http_response_status_code', 'metadata_http_response_headers'),
};
