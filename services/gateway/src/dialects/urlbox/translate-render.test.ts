import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft, Parameters } from '../option.ts';
import { type Place, translateRender } from './translate-render.ts';

const url = 'https://example.com/';

/** What of a wish some parameters change, beside what theirs takes for granted. */
function changed(parameters: Parameters, place: Place = 'call'): Draft {
  const { wish, problems } = translateRender({ url, ...parameters }, place);
  assert.deepEqual(problems, {});
  const granted: Draft = { url, width: 1280, height: 1024, block_cookies: false };
  return Object.fromEntries(Object.entries(wish).filter(([name, value]) => value !== granted[name]));
}

test('options are put into ours, from texts as from JSON', () => {
  const cases: [parameters: Parameters, wish: Draft][] = [
    [{ url: 'bbc.co.uk/x?y=a://b' }, { url: 'http://bbc.co.uk/x?y=a://b' }],
    [{ format: 'md' }, { format: 'markdown' }],
    [
      { quality: '80', retina: 'true', dpr: 3, transparent: true },
      { quality: 80, retina: true, device_scale_factor: 3, omit_background: true },
    ],
    [
      { thumb_width: 300, thumb_height: '200', img_fit: 'fill' },
      { image_width: 300, image_height: 200, fit: 'fill' },
    ],
    [{ clip: '1,2,30,40' }, { clip: { x: 1, y: 2, width: 30, height: 40 } }],
    [
      { full_page: true, skip_scroll: true, scroll_delay: 500 },
      { full_page: true, scroll: false, scroll_delay: 0.5 },
    ],
    [{ selector: '#a' }, { selector: '#a', selector_missing: 'page' }],
    [
      { selector: '#a', fail_if_selector_missing: true },
      { selector: '#a', selector_missing: 'fail' },
    ],
    [
      { click: ['#a', '#b'], hover: '#h', press_escape: true, scroll_to: '200' },
      {
        steps: [
          { action: 'hover', selector: '#h' },
          { action: 'click', selector: '#a' },
          { action: 'click', selector: '#b' },
          { action: 'press', key: 'Escape' },
          { action: 'scroll', pixels: 200 },
        ],
      },
    ],
    [{ scroll_to: '#foot' }, { steps: [{ action: 'scroll', selector: '#foot' }] }],
    [{ block_images: true, block_fonts: 'true', block_xhr: false }, { block_resources: ['font', 'image'] }],
    [
      { delay: '4000', timeout: 30_000 },
      { delay: 4, timeout: 30 },
    ],
    [
      { wait_until: 'mostrequestsfinished', wait_for: '#b' },
      { wait_until: 'networkidle2', wait_for_selector: '#b' },
    ],
    [{ fail_on_4xx: true, fail_on_5xx: true }, { fail_on_status: ['400-499', '500-599'] }],
    [{ header: ['X-A=1', 'X-B=b=c'], authorization: 'Basic x' }, { headers: { 'X-A': '1', 'X-B': 'b=c', Authorization: 'Basic x' } }],
    [{ cookie: 'OptIn=true' }, { cookies: [{ name: 'OptIn', value: 'true' }] }],
    [
      { format: 'pdf', pdf_orientation: 'landscape', pdf_page_range: '1-2' },
      { format: 'pdf', pdf: { landscape: true, page_ranges: '1-2' } },
    ],
    [{ pdf_scale: 2, full_page_mode: 'native', use_s3: false, gpu: 'false' }, {}],
  ];
  for (const [parameters, wish] of cases) assert.deepEqual(changed(parameters), wish, JSON.stringify(parameters));
});

test('a link is rendered once, a call each time, unless they say otherwise', () => {
  assert.deepEqual(changed({}, 'link'), { cache_ttl: 2_592_000, dedupe: true });
  assert.deepEqual(changed({ ttl: '60' }, 'link'), { cache_ttl: 60, dedupe: true });
  assert.deepEqual(changed({ force: 'true', ttl: 60 }, 'link'), {});
  assert.deepEqual(changed({}), {});
  assert.deepEqual(changed({ ttl: 60 }), { cache_ttl: 60 });
});

test('what cannot be honoured is refused by its name, with what it must be', () => {
  const { problems } = translateRender(
    {
      url,
      format: 'svg',
      user_agent: 'random',
      clip: '1,2,3',
      timeout: 4_999,
      ttl: 1.5,
      unique: 'a',
      block_frames: true,
      response_type: 'base64',
    },
    'call',
  );
  assert.deepEqual(Object.keys(problems).sort(), [
    'block_frames',
    'clip',
    'format',
    'response_type',
    'timeout',
    'ttl',
    'unique',
    'user_agent',
  ]);
});
