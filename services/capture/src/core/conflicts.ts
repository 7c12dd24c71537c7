import { Method, type Options } from '@shotwire/contract';
import { deviceKey } from './devices.ts';
import { wantedFormats, wantedVideos } from './formats.ts';
import { isHeader, isLanguage, isTimeZone } from './spelling.ts';
import { stepConflictsOf } from './step-conflicts.ts';

interface Conflict {
  /** The field that cannot be honoured. */
  field: string;
  says: string;
  /** Whether it cannot: `given` is what the client set, `exact` has the defaults. */
  when: (given: Options, exact: Options) => boolean;
}

const raster = (_: Options, exact: Options) => wantedFormats(exact).some((format) => format.raster);
const pictureOnly = (field: string, isSet: (given: Options) => boolean): Conflict => ({
  field,
  says: 'needs a picture: png, jpeg, webp or avif as format or in also',
  when: (given, exact) => isSet(given) && !raster(given, exact),
});

const beyondViewport = ({ fullPage, selector, clip }: Options) => fullPage === true || selector !== '' || clip !== undefined;
const scrolling = (field: string, key: 'scrollStep' | 'scrollDelay' | 'scrollTime' | 'scrollPixels'): Conflict[] => [
  { field, says: 'cannot go without scroll', when: ({ scroll, [key]: value }) => value !== undefined && scroll === false },
  {
    field,
    says: 'needs full_page, selector or clip: nothing else is scrolled through',
    when: (given) => given[key] !== undefined && !beyondViewport(given),
  },
];

/** What does not go together. A value that cannot be honoured is refused, and never silently ignored. */
const conflicts: readonly Conflict[] = [
  { field: 'selector', says: 'cannot go with full_page', when: ({ selector, fullPage }) => selector !== '' && fullPage === true },
  { field: 'clip', says: 'cannot go with full_page', when: ({ clip, fullPage }) => clip !== undefined && fullPage === true },
  { field: 'clip', says: 'cannot go with selector', when: ({ clip, selector }) => clip !== undefined && selector !== '' },
  {
    field: 'selector_missing',
    says: 'needs selector',
    when: ({ selectorMissing, selector }) => selectorMissing !== undefined && selector === '',
  },
  {
    field: 'selector_padding',
    says: 'needs selector',
    when: ({ selectorPadding, selector }) => Boolean(selectorPadding) && selector === '',
  },
  { field: 'max_height', says: 'needs full_page', when: ({ maxHeight, fullPage }) => maxHeight !== undefined && fullPage !== true },
  { field: 'sticky', says: 'needs full_page', when: ({ sticky, fullPage }) => sticky !== undefined && fullPage !== true },
  {
    field: 'scroll',
    says: 'needs full_page, selector or clip: nothing else is scrolled through',
    when: (given) => given.scroll === true && !beyondViewport(given),
  },
  ...scrolling('scroll_step', 'scrollStep'),
  ...scrolling('scroll_delay', 'scrollDelay'),
  ...scrolling('scroll_time', 'scrollTime'),
  ...scrolling('scroll_pixels', 'scrollPixels'),
  { field: 'slices', says: 'needs full_page', when: ({ slices, fullPage }) => slices !== undefined && fullPage !== true },
  {
    field: 'slices',
    says: 'must overlap by 100 pixels less than their height at most',
    when: ({ slices }) => slices !== undefined && slices.height - (slices.overlap ?? 0) < 100,
  },
  {
    field: 'fit',
    says: 'needs image_width and image_height',
    when: ({ fit, imageWidth, imageHeight }) => fit !== undefined && !(imageWidth && imageHeight),
  },
  {
    field: 'device_scale_factor',
    says: 'must be 2, or left out, when retina is true',
    when: ({ retina, deviceScaleFactor }) => retina === true && deviceScaleFactor !== undefined && deviceScaleFactor !== 2,
  },
  {
    field: 'landscape',
    says: 'needs a device that can be turned and is upright',
    when: ({ landscape, device }) => landscape === true && /^$|^desktop$|_landscape$/.test(deviceKey(device)),
  },
  {
    field: 'body',
    says: 'needs method post, put or patch',
    when: ({ body, method }) => body !== '' && (method ?? Method.GET) === Method.GET,
  },
  {
    field: 'timezone',
    says: 'must be a time zone such as Europe/Zurich',
    when: ({ timezone }) => timezone !== '' && !isTimeZone(timezone),
  },
  { field: 'locale', says: 'must be a language tag such as de-CH', when: ({ locale }) => locale !== '' && !isLanguage(locale) },
  {
    field: 'headers',
    says: 'must have names of letters, digits and hyphens, values of one line, and none of those that the connection itself needs',
    when: ({ headers }) => Object.entries(headers).some(([name, value]) => !isHeader(name, value)),
  },
  {
    field: 'omit_background',
    says: 'needs png, webp or avif as format: nothing else can be transparent',
    when: ({ omitBackground }, exact) => omitBackground === true && !wantedFormats(exact).some(({ alpha }) => alpha),
  },
  {
    field: 'pdf',
    says: 'needs pdf as format or in also',
    when: ({ pdf }, exact) => pdf !== undefined && !wantedFormats(exact).some(({ word }) => word === 'pdf'),
  },
  { field: 'pdf', says: 'takes paper, or width and height', when: ({ pdf }) => Boolean(pdf?.paper && (pdf.width || pdf.height)) },
  {
    field: 'pdf',
    says: 'needs both width and height, or one_page with width alone',
    when: ({ pdf }) => !pdf?.onePage && Boolean(pdf?.width) !== Boolean(pdf?.height),
  },
  {
    field: 'pdf',
    says: 'cannot be one_page with a height: it is the one of the page',
    when: ({ pdf }) => Boolean(pdf?.onePage && pdf.height),
  },
  {
    field: 'pdf',
    says: 'cannot be one_page with a width and landscape',
    when: ({ pdf }) => Boolean(pdf?.onePage && pdf.width && pdf.landscape),
  },
  // Without the margin it would be printed over the page.
  {
    field: 'pdf',
    says: 'needs margin_top for a header_template on one_page',
    when: ({ pdf }) => Boolean(pdf?.onePage && pdf.headerTemplate && !pdf.marginTop),
  },
  {
    field: 'pdf',
    says: 'needs margin_bottom for a footer_template on one_page',
    when: ({ pdf }) => Boolean(pdf?.onePage && pdf.footerTemplate && !pdf.marginBottom),
  },
  { field: 'pdf', says: 'cannot be one_page with page_ranges', when: ({ pdf }) => Boolean(pdf?.onePage && pdf.pageRanges) },
  {
    field: 'video',
    says: 'needs webm or mp4 as format or in also',
    when: ({ video }, exact) => video !== undefined && wantedVideos(exact).length === 0,
  },
  { field: 'video', says: 'needs scroll for scroll_back', when: ({ video }) => video?.scrollBack === true && video.scroll !== true },
  { field: 'also', says: 'takes one video: webm or mp4', when: (_, exact) => wantedVideos(exact).length > 1 },
  {
    field: 'also',
    says: 'must name each result once, and not the one of format',
    when: (_, exact) => new Set([exact.format, ...exact.also]).size <= exact.also.length,
  },
  pictureOnly('full_page', ({ fullPage }) => fullPage === true),
  pictureOnly('selector', ({ selector }) => selector !== ''),
  pictureOnly('clip', ({ clip }) => clip !== undefined),
  pictureOnly('image_width', ({ imageWidth }) => imageWidth !== undefined),
  pictureOnly('image_height', ({ imageHeight }) => imageHeight !== undefined),
];

/** Pairs of a field and a sentence: what cannot be honoured together. */
export function* conflictsOf(given: Options, exact: Options): Iterable<[field: string, says: string]> {
  for (const { field, says, when } of conflicts) if (when(given, exact)) yield [field, says];
  yield* stepConflictsOf(given.steps);
}
