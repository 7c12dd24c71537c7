import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Format, fromWords, OptionsSchema, StepAction, shownOptions } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { type Devices, kindsOfDevice } from './devices.ts';
import { acceptOptions, budgetMs, makeExact } from './options.ts';

const traits = { isLandscape: false, deviceScaleFactor: 3, isMobile: true, hasTouch: true, userAgent: () => 'a phone' };
const phone = { ...traits, viewport: { width: 393, height: 852 } };
const lying = { ...traits, viewport: { width: 852, height: 393 }, isLandscape: true };
const devices: Devices = new Map([...kindsOfDevice, ['iphone_15_pro', phone], ['iphone_15_pro_landscape', lying]]);
const accept = (options: MessageInitShape<typeof OptionsSchema> = {}) => acceptOptions(create(OptionsSchema, options), devices);
const exact = (options: MessageInitShape<typeof OptionsSchema> = {}) => makeExact(accept(options), devices);

test('options left out take their defaults', () => {
  assert.deepEqual(shownOptions(accept()), {
    width: 1280,
    height: 800,
    format: 'png',
    quality: 80,
    full_page: false,
    device: 'desktop',
    block_ads: false,
    block_cookies: true,
    dark_mode: false,
    delay: 0,
    timeout: 30,
    retina: false,
  });
  const { deviceScaleFactor, isMobile, hasTouch, scrollStep } = exact();
  assert.deepEqual([deviceScaleFactor, isMobile, hasTouch, scrollStep], [1, false, false, 720]);
});

test('a device brings its own viewport, unless the client names one', () => {
  assert.equal(exact({ device: 'mobile' }).width, 390);
  assert.equal(exact({ device: 'tablet' }).height, 1180);
  assert.equal(exact({ device: 'mobile', width: 412 }).width, 412);
  const { width, height, deviceScaleFactor, isMobile } = exact({ device: 'iPhone 15 Pro', landscape: true });
  assert.deepEqual([width, height, deviceScaleFactor, isMobile], [852, 393, 3, true]);
  assert.equal(exact({ device: 'iphone_15_pro', isMobile: false }).isMobile, false);
});

test('a device that lies on its side by its name is what it says', () => {
  const { width, height, landscape } = exact({ device: 'iPhone 15 Pro landscape', landscape: false });
  assert.deepEqual([width, height, landscape], [852, 393, true]);
});

test('retina doubles the pixels, a scale factor says how many', () => {
  assert.equal(exact({ retina: true }).deviceScaleFactor, 2);
  assert.equal(exact({ deviceScaleFactor: 1.5 }).deviceScaleFactor, 1.5);
});

test('exact options are exact already', () => {
  const once = exact({ device: 'iPhone 15 Pro landscape', format: Format.PDF });
  assert.deepEqual(makeExact(once, devices), once);
});

test('the delay and the recording that the client asked for are not taken from the page', () => {
  assert.equal(budgetMs(exact({ timeout: 5, delay: 2.5 })), 7_500);
  assert.equal(budgetMs(exact({ timeout: 5, format: Format.WEBM })), 10_000);
  assert.equal(budgetMs(exact({ timeout: 5, also: [Format.MP4], video: { duration: 12 } })), 17_000);
});

const refused: readonly [field: string, says: RegExp, words: Parameters<typeof fromWords>[1]][] = [
  ['width', /from 320 to 3840/, { width: 319 }],
  ['timeout', /from 1 to 120/, { timeout: 'NaN' }],
  ['device', /docs\/devices.md/, { device: 'toaster' }],
  ['selector', /full_page/, { selector: '#a', full_page: true }],
  ['timezone', /Europe\/Zurich/, { timezone: 'Europe/Nowhere' }],
  ['timezone', /Europe\/Zurich/, { timezone: '+02:00' }],
  ['locale', /de-CH/, { locale: 'de-1' }],
  ['headers', /letters/, { headers: { 'a b': '1' } }],
  ['headers', /one line/, { headers: { a: '1\r\nb: 2' } }],
  ['headers', /connection/, { headers: { Host: 'elsewhere' } }],
  ['clip', /full_page/, { clip: { width: 1, height: 1 }, full_page: true }],
  ['clip', /selector/, { clip: { width: 1, height: 1 }, selector: '#a' }],
  ['selector_missing', /needs selector/, { selector_missing: 'page' }],
  ['selector_padding', /needs selector/, { selector_padding: 5 }],
  ['max_height', /full_page/, { max_height: 500 }],
  ['slices', /full_page/, { slices: { height: 500 } }],
  ['slices', /overlap/, { slices: { height: 500, overlap: 450 }, full_page: true }],
  ['fit', /image_width and image_height/, { fit: 'contain', image_width: 100 }],
  ['device_scale_factor', /retina/, { retina: true, device_scale_factor: 3 }],
  ['landscape', /device/, { landscape: true }],
  ['landscape', /upright/, { device: 'iPhone 15 Pro landscape', landscape: true }],
  ['sticky', /needs full_page/, { sticky: 'hide', selector: '#a' }],
  ['scroll', /needs full_page, selector or clip/, { scroll: true }],
  ['scroll_step', /needs full_page, selector or clip/, { scroll_step: 100 }],
  ['scroll_delay', /needs full_page, selector or clip/, { scroll_delay: 1 }],
  ['scroll_time', /cannot go without scroll/, { scroll_time: 1, scroll: false, full_page: true }],
  ['scroll_pixels', /cannot go without scroll/, { scroll_pixels: 100, scroll: false, selector: '#a' }],
  ['body', /method/, { body: 'x' }],
  ['omit_background', /png, webp or avif/, { omit_background: true, format: 'jpeg' }],
  ['pdf', /format/, { pdf: { landscape: true } }],
  ['pdf', /paper, or/, { format: 'pdf', pdf: { paper: 'a4', width: '10cm' } }],
  ['pdf', /both/, { format: 'pdf', pdf: { width: '10cm' } }],
  ['pdf', /one_page/, { format: 'pdf', pdf: { one_page: true, page_ranges: '1-2' } }],
  ['pdf', /a height/, { format: 'pdf', pdf: { one_page: true, width: '10cm', height: '10cm' } }],
  ['pdf', /landscape/, { format: 'pdf', pdf: { one_page: true, width: '10cm', landscape: true } }],
  ['pdf', /margin_top/, { format: 'pdf', pdf: { one_page: true, header_template: '<b>x</b>', margin_bottom: '1cm' } }],
  ['pdf', /margin_bottom/, { format: 'pdf', pdf: { one_page: true, footer_template: '<b>x</b>' } }],
  ['pdf.margin_top', /length/, { format: 'pdf', pdf: { margin_top: 'much' } }],
  ['video', /webm or mp4/, { video: { duration: 3 } }],
  ['video', /scroll for scroll_back/, { format: 'webm', video: { scroll_back: true } }],
  ['video.duration', /from 1 to 30/, { format: 'webm', video: { duration: 31 } }],
  ['video.fps', /from 1 to 30/, { format: 'mp4', video: { fps: 60 } }],
  ['also', /one video/, { format: 'webm', also: ['mp4'] }],
  ['full_page', /picture/, { full_page: true, format: 'webm' }],
  ['also', /once/, { also: ['png'] }],
  ['also', /once/, { also: ['html', 'html'] }],
  ['full_page', /picture/, { full_page: true, format: 'pdf' }],
  ['selector', /picture/, { selector: '#a', format: 'html' }],
  ['clip', /picture/, { clip: { width: 1, height: 1 }, format: 'html' }],
  ['image_width', /picture/, { image_width: 5, format: 'markdown' }],
  ['steps[0]', /needs selector/, { steps: [{ action: 'click' }] }],
  [
    'steps[1]',
    /needs text/,
    {
      steps: [
        { action: 'wait', seconds: 1 },
        { action: 'type', selector: '#a' },
      ],
    },
  ],
  ['steps[0]', /selector or seconds/, { steps: [{ action: 'wait' }] }],
  ['steps[0].text', /cannot go with click/, { steps: [{ action: 'click', selector: '#a', text: 'x' }] }],
  ['steps[0].key', /cannot go with type/, { steps: [{ action: 'type', selector: '#a', text: 'x', key: 'Enter' }] }],
  ['steps[0].values', /cannot go with press/, { steps: [{ action: 'press', key: 'Enter', values: ['x'] }] }],
  ['steps[0].pixels', /cannot go with wait/, { steps: [{ action: 'wait', seconds: 1, pixels: 0 }] }],
  ['steps[0].seconds', /cannot go with scroll/, { steps: [{ action: 'scroll', pixels: 100, seconds: 1 }] }],
];

for (const [field, says, words] of refused) {
  test(`${field} is refused in ${JSON.stringify(words)}`, () => {
    assert.throws(
      () => acceptOptions(fromWords(OptionsSchema, words), devices),
      (thrown) => {
        assert.ok(thrown instanceof Failure);
        assert.equal(thrown.kind, 'validation_error');
        assert.match(thrown.fields?.[field]?.[0] ?? '', says);
        return true;
      },
    );
  });
}

test('what goes together is taken', () => {
  exact({ fullPage: true, format: Format.PDF, also: [Format.PNG], slices: { height: 800, overlap: 100 }, omitBackground: true });
  exact({ quality: 50, scroll: false });
  exact({ clip: { x: 0, y: 0, width: 1, height: 1 }, scroll: true, scrollStep: 100 });
  exact({ steps: [{ action: StepAction.PRESS, selector: '#a', key: 'Enter', timeout: 1 }] });
  exact({ device: 'tablet', landscape: true, imageWidth: 200, imageHeight: 100, fit: 3 });
  exact({ format: Format.PDF, pdf: { onePage: true, width: '10cm', headerTemplate: '<b>x</b>', marginTop: '1cm' } });
});
