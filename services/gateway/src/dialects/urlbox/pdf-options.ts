import { as, type Options, same } from '../option.ts';
import { flag, number, oneOf, text, words } from '../read.ts';

const sides = ['top', 'right', 'bottom', 'left'] as const;

/** How a PDF is made. */
export const pdfOptions: Options = {
  pdf_page_size: same('pdf.paper', oneOf(words('a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'legal', 'letter', 'ledger', 'tabloid'))),
  pdf_page_width: same('pdf.width', text),
  pdf_page_height: same('pdf.height', text),
  pdf_page_range: same('pdf.page_ranges', text),
  pdf_orientation: as('pdf.landscape', oneOf(words('portrait', 'landscape')), (orientation) => orientation === 'landscape'),
  pdf_scale: same('pdf.scale', number),
  pdf_background: same('pdf.background', flag),
  pdf_header: same('pdf.header_template', text),
  pdf_footer: same('pdf.footer_template', text),
  ...Object.fromEntries(sides.map((side) => [`pdf_margin_${side}`, same(`pdf.margin_${side}`, text)])),
};
