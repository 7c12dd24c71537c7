import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft, Parameters } from '../option.ts';
import { translateTake } from './translate-take.ts';

/** What of a wish some parameters change, beside what theirs takes for granted. */
function changed(parameters: Parameters): Draft {
  const { wish, problems } = translateTake({ url: 'https://example.com/', ...parameters });
  assert.deepEqual(problems, {});
  const { wish: granted } = translateTake({ url: 'https://example.com/' });
  return Object.fromEntries(Object.entries(wish).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(granted[name])));
}

test('options are put into ours, from texts as from JSON', () => {
  const cases: [parameters: Parameters, wish: Draft][] = [
    [{ format: 'JPG' }, {}],
    [{ format: 'markdown' }, { format: 'markdown' }],
    [{ image_quality: '0' }, { quality: 1 }],
    [
      { image_width: 400, omit_background: true },
      { image_width: 400, omit_background: true },
    ],
    [
      { full_page: 'true', full_page_scroll: 'false', full_page_scroll_delay: '400', full_page_scroll_by: 300, full_page_max_height: 900 },
      { full_page: true, scroll: false, scroll_delay: 0.4, scroll_step: 300, max_height: 900 },
    ],
    [{ selector: '#a' }, { selector: '#a', selector_missing: 'page' }],
    [
      { selector: '#a', error_on_selector_not_found: '1' },
      { selector: '#a', selector_missing: 'fail' },
    ],
    [{ clip_width: '10', clip_height: 20 }, { clip: { x: 0, y: 0, width: 10, height: 20 } }],
    [
      { viewport_width: '640', viewport_mobile: true, viewport_has_touch: '0' },
      { width: 640, is_mobile: true, has_touch: false },
    ],
    [
      { device_scale_factor: 1.5, viewport_landscape: true },
      { device_scale_factor: 1.5, landscape: true },
    ],
    [
      { geolocation_latitude: '47.', geolocation_longitude: '-8.50000000000000000001', geolocation_accuracy: 5 },
      { geolocation: { latitude: 47, longitude: -8.5, accuracy: 5 } },
    ],
    [
      { scripts: 'a()', styles: 'b {}', hide_selectors: ['x', 'y'] },
      { js: 'a()', css: 'b {}', hide_selectors: ['x', 'y'] },
    ],
    [
      { scroll_into_view: '#s', scroll_into_view_adjust_top: '-20', click: '#c', hover: '#h' },
      {
        steps: [
          { action: 'hover', selector: '#h' },
          { action: 'click', selector: '#c' },
          { action: 'scroll', selector: '#s' },
          { action: 'scroll', pixels: -20 },
        ],
      },
    ],
    [
      { block_cookie_banners: true, block_ads: 'true' },
      { block_cookies: true, block_ads: true },
    ],
    [{ block_requests: ['ads.example', '*.png'] }, { block_urls: ['*ads.example*', '*.png'] }],
    [{ wait_until: ['networkidle2', 'load'] }, { wait_until: 'networkidle2' }],
    [
      { fail_if_content_contains: 'a', fail_if_content_missing: ['b'] },
      { fail_if_text: ['a'], fail_if_text_missing: ['b'] },
    ],
    [{ ignore_host_errors: 'true' }, { fail_on_status: [] }],
    [{ headers: ['X-A: 1', 'X-B:2'], authorization: 'Basic x' }, { headers: { 'X-A': '1', 'X-B': '2', Authorization: 'Basic x' } }],
    [
      { cookies: 'a=b=c; Domain=.example.com; Path=/x; Secure; HttpOnly; SameSite=Lax; Max-Age=9' },
      { cookies: [{ name: 'a', value: 'b=c', domain: '.example.com', path: '/x', secure: true, http_only: true, same_site: 'lax' }] },
    ],
    [
      { format: 'pdf', pdf_margin: 10, pdf_margin_top: '2cm' },
      { format: 'pdf', pdf: { margin_top: '2cm', margin_right: '10px', margin_bottom: '10px', margin_left: '10px' } },
    ],
    [{ pdf_landscape: true, pdf_paper_format: 'A4' }, {}],
  ];
  for (const [parameters, wish] of cases) assert.deepEqual(changed(parameters), wish, JSON.stringify(parameters));
});

test('the cache is asked where there is something to be shown from it', () => {
  assert.deepEqual(changed({ cache: true }), { cache_ttl: 14_400 });
  assert.deepEqual(changed({ cache: 'true', cache_ttl: '2592000' }), { cache_ttl: 2_592_000 });
  assert.deepEqual(changed({ cache: true, response_type: 'empty' }), {});
  assert.deepEqual(changed({ cache: true, async: true }), { timeout: 120 });
});

test('a webhook is told of what completed, and of errors where that is asked', () => {
  const hook = { webhook_url: 'https://example.com/hook' };
  assert.deepEqual(changed(hook), { ...hook, webhook_events: ['screenshot.completed'] });
  assert.deepEqual(changed({ ...hook, webhook_errors: true, webhook_sign: false, external_identifier: 'a1' }), {
    ...hook,
    webhook_events: ['screenshot.completed', 'screenshot.failed'],
    external_id: 'a1',
    webhook_headers: { 'X-ScreenshotOne-External-Identifier': 'a1' },
  });
});

test('what is off asks for nothing, whatever it is', () => {
  const nothing = {
    store: false,
    block_socials: 'false',
    metadata_fonts: 0,
    error_on_click_selector_not_found: true,
    full_page_algorithm: 'by_sections',
  };
  assert.deepEqual(changed(nothing), {});
});

test('what cannot be honoured is refused by its name, with what it must be', () => {
  const { problems } = translateTake({
    error_on_click_selector_not_found: false,
    full_page_slices: true,
    image_quality: 101,
    cookies: ['a=b; Colour=red'],
    navigation_timeout: 31,
    wait_for_selector_algorithm: 'at_least_by_count',
    servers_region: 'us-east',
    constructor: '1',
  });
  assert.deepEqual(Object.fromEntries(Object.entries(problems).map(([name, [problem]]) => [name, problem])), {
    image_quality: 'must be a number from 0 to 100',
    error_on_click_selector_not_found: 'must be true: Shotwire fails where there is nothing to click',
    navigation_timeout: 'must be a number from 0 to 30',
    wait_for_selector_algorithm: 'is not supported by Shotwire',
    cookies: 'has an attribute of a cookie that is none: Colour',
    full_page_slices: 'is not supported by Shotwire',
    servers_region: 'is not supported by Shotwire',
    constructor: 'is not supported by Shotwire',
  });
  const many = translateTake(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`x${n}`, 1])));
  assert.equal(Object.keys(many.problems).length, 50);
});
