import { Paper, type Pdf } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';

/** A sheet with its margins, in inches. */
export interface Sheet {
  width: number;
  height: number;
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** The longest edge of a page in PDF: 14,400 units. Chrome goes past it without a word, and viewers cut the page off. */
const MAX_INCHES = 200;

/** Chrome's own, and most people's: header and footer have their place in it. */
const USUAL_MARGIN = '10mm';

const inchesOf = { in: 1, px: 1 / 96, cm: 1 / 2.54, mm: 1 / 25.4 } as const;

const mm = (width: number, height: number) => ({ width: width / 25.4, height: height / 25.4 });

const a4 = mm(210, 297);

const papers: Readonly<Partial<Record<Paper, { width: number; height: number }>>> = {
  [Paper.A0]: mm(841, 1189),
  [Paper.A1]: mm(594, 841),
  [Paper.A2]: mm(420, 594),
  [Paper.A3]: mm(297, 420),
  [Paper.A4]: a4,
  [Paper.A5]: mm(148, 210),
  [Paper.A6]: mm(105, 148),
  [Paper.LETTER]: { width: 8.5, height: 11 },
  [Paper.LEGAL]: { width: 8.5, height: 14 },
  [Paper.TABLOID]: { width: 11, height: 17 },
  [Paper.LEDGER]: { width: 17, height: 11 },
};

/**
 * The sheet that is asked for. A margin that is not given is 10 mm, and none on one page: that is a picture rather than paper.
 * Failure `validation_error` when the margins leave no room.
 */
export function sheetOf(pdf: Pdf): Sheet {
  const named = papers[pdf.paper ?? Paper.UNSPECIFIED] ?? a4;
  // One page has the height of what is on it: its width may be given alone.
  const upright = pdf.width ? { width: inches(pdf.width), height: inches(pdf.height || pdf.width) } : named;
  const { width, height } = pdf.landscape ? { width: upright.height, height: upright.width } : upright;
  const usual = pdf.onePage ? '0px' : USUAL_MARGIN;
  const [top, right, bottom, left] = [pdf.marginTop, pdf.marginRight, pdf.marginBottom, pdf.marginLeft].map((given) =>
    inches(given || usual),
  );
  const sheet = { width, height, top, right, bottom, left } as Sheet;
  const room = Math.min(width - sheet.left - sheet.right, pdf.onePage ? 1 : height - sheet.top - sheet.bottom);
  if (room < inchesOf.px) throw new Failure('validation_error', { fields: { pdf: ['leaves no room between the margins'] } });
  return withinLimits(sheet);
}

/** The same sheet. Failure `picture_too_large` when it is larger than a page of a PDF can be. */
export function withinLimits(sheet: Sheet): Sheet {
  const edge = Math.max(sheet.width, sheet.height);
  if (edge <= MAX_INCHES) return sheet;
  const says = `The page would be ${edge.toFixed(1)} inches long; pdf takes at most ${MAX_INCHES} (${MAX_INCHES * 96} CSS pixels at scale 1).`;
  throw new Failure('picture_too_large', { says });
}

function inches(length: string): number {
  const [, number, unit] = /^([\d.]+)(px|in|cm|mm)$/.exec(length) ?? [];
  return Number(number) * inchesOf[unit as keyof typeof inchesOf];
}
