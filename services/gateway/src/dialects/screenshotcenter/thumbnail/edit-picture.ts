import { Failure } from '@shotwire/failures';
import type { Metadata, Sharp } from 'sharp';
import type { Edit } from './readers.ts';

/** More than any screen shows; a picture of it is 200 MB in memory. */
const MOST_PIXELS = 50_000_000;

/** Cuts, resizes and encodes a picture, in this order. Failure `validation_error`, `picture_too_large`, or `storage_failed` for what is no picture. */
export async function editPicture(bytes: Buffer, edit: Edit): Promise<{ bytes: Buffer; mimeType: string }> {
  const sharp = await loadSharp();
  const picture = sharp(bytes, { limitInputPixels: 268_402_689 });
  const whole = await picture.metadata().catch((cause) => {
    throw new Failure('storage_failed', { cause });
  });
  const resized = resize(cut(picture, whole, edit), leftOf(whole, edit), edit);
  const format = edit.format ?? whole.format;
  const encoded =
    format === 'png' ? resized.png() : resized.toFormat(format, edit.quality === undefined ? { quality: 100 } : { quality: edit.quality });
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true }).catch((cause) => {
    // WebP ends at 16,383 pixels and JPEG at 65,535.
    throw new Failure('picture_too_large', { cause });
  });
  return { bytes: data, mimeType: `image/${info.format}` };
}

/** libvips takes 30 MB as soon as it is there, and most gateways never edit a picture. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  // What is edited is kept as it comes out; libvips need not keep its parts too.
  sharp.cache(false);
  return sharp;
}

interface Size {
  width: number;
  height: number;
}

/** What is left between the edges. */
function leftOf(whole: Size, { left = 0, right = 0, top = 0, bottom = 0 }: Edit): Size {
  const size = { width: whole.width - left - right, height: whole.height - top - bottom };
  const fields = {
    ...(size.width < 1 && { left: [`and right must leave something of ${whole.width} pixels`] }),
    ...(size.height < 1 && { top: [`and bottom must leave something of ${whole.height} pixels`] }),
  };
  if (Object.keys(fields).length > 0) throw new Failure('validation_error', { fields });
  return size;
}

function cut(picture: Sharp, whole: Metadata, edit: Edit): Sharp {
  const { left = 0, top = 0 } = edit;
  const size = leftOf(whole, edit);
  return size.width === whole.width && size.height === whole.height ? picture : picture.extract({ left, top, ...size });
}

/** `fit` keeps all of it in the box and its proportions, `fill` fills the box from the top. */
function resize(picture: Sharp, natural: Size, { width, height, scale = 1, zoom = 100, ratio = 'fit' }: Edit): Sharp {
  const factor = (scale * zoom) / 100;
  const scaled = (length: number) => Math.max(1, Math.round(length * factor));
  const asked = width ?? height;
  if (asked === undefined && factor === 1) return picture;
  const box = asked === undefined ? { width: natural.width } : { width, height };
  const wanted = { ...(box.width && { width: scaled(box.width) }), ...('height' in box && box.height && { height: scaled(box.height) }) };
  const most = Math.max(
    (wanted.width ?? 0) * (wanted.height ?? ((wanted.width ?? 0) * natural.height) / natural.width),
    wanted.width === undefined ? ((wanted.height ?? 0) ** 2 * natural.width) / natural.height : 0,
  );
  if (most > MOST_PIXELS) throw new Failure('picture_too_large', { says: `A thumbnail has at most ${MOST_PIXELS} pixels.` });
  return picture.resize({ ...wanted, fit: ratio === 'fill' ? 'cover' : 'inside', position: 'top' });
}
