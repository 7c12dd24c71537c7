import { type Options, put, same } from '../option.ts';
import { flag, number, oneOf, type Reader, text, words } from '../read.ts';

/** A part of the page. */
export const clipOptions: Options = {
  clip_x: same('clip.x', number),
  clip_y: same('clip.y', number),
  clip_width: same('clip.width', number),
  clip_height: same('clip.height', number),
};

/** Where the page is told that it is. */
export const geolocationOptions: Options = {
  geolocation_latitude: same('geolocation.latitude', number),
  geolocation_longitude: same('geolocation.longitude', number),
  geolocation_accuracy: same('geolocation.accuracy', number),
};

/** A length: a number alone is in CSS pixels, as in Puppeteer. */
const length: Reader<string> = (sent) => {
  const read = text(sent);
  return 'value' in read && /^[\d.]+$/.test(read.value) ? { value: `${read.value}px` } : read;
};

const sides = ['top', 'right', 'bottom', 'left'] as const;

/** How a PDF is made. */
export const pdfOptions: Options = {
  pdf_margin: put(
    sides.map((side) => `pdf.margin_${side}`),
    length,
    (margin, draft) => {
      draft.pdf = { ...(draft.pdf as object), ...Object.fromEntries(sides.map((side) => [`margin_${side}`, margin])) };
    },
  ),
  ...Object.fromEntries(sides.map((side) => [`pdf_margin_${side}`, same(`pdf.margin_${side}`, length)])),
  pdf_print_background: same('pdf.background', flag),
  pdf_fit_one_page: same('pdf.one_page', flag),
  pdf_landscape: same('pdf.landscape', flag),
  pdf_paper_format: same('pdf.paper', oneOf(words('a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'legal', 'letter', 'tabloid'))),
};
