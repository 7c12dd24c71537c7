import { Failure } from '@shotwire/failures';
import { wantedFormats } from '../core/formats.ts';
import type { PictureFacts } from '../report/assemble.ts';
import type { Artefact } from '../studio/camera.ts';
import { measure } from './picture/measure.ts';
import type { Image } from './picture/take-pictures.ts';
import type { Shot } from './steps/shot.ts';

/** What a shot gave, the main result first, and what the picture measures. */
export async function artefactsOf(shot: Shot): Promise<{ artefacts: [Artefact, ...Artefact[]]; picture: PictureFacts }> {
  const { options, pictures, outputs, film, signal } = shot;
  const images = pictures?.images ?? [];
  const sizeOf = (word: string) => (film?.format === word ? { width: film.width, height: film.height } : { width: 0, height: 0 });
  const artefacts = wantedFormats(options).flatMap(({ word, mimeType }): Artefact[] => {
    const output = outputs.find(({ format }) => format === word);
    if (output) return [{ name: word, body: output.body, mimeType, ...sizeOf(word) }];
    return images.filter(({ format }) => format === word).map(({ name, body, width, height }) => ({ name, body, mimeType, width, height }));
  });
  const [main, ...further] = artefacts;
  if (!main) throw new Failure('internal', { cause: new Error('nothing was taken') });
  return { artefacts: [main, ...further], picture: await describe(main, images[0], shot, signal) };
}

/** What is said of the picture; where the main result is none, of the first one there is. */
async function describe(main: Artefact, image: Image | undefined, { pictures }: Shot, signal: AbortSignal): Promise<PictureFacts> {
  const { blank, commonShare, colours, sha256, perceptualHash } = image
    ? await measure({ body: image.body, signal })
    : { blank: false, commonShare: 0, colours: 0, sha256: await digest(main.body), perceptualHash: null };
  return {
    width: image?.width ?? main.width,
    height: image?.height ?? main.height,
    bytes: main.body.length,
    sha256: image?.body === main.body ? sha256 : await digest(main.body),
    perceptual_hash: perceptualHash,
    blank: image ? { verdict: blank, share: commonShare, colours } : null,
    page_height: pictures?.pageHeight ?? null,
    tiles: pictures?.tiles ?? null,
    scrolled: pictures?.scrolled ?? null,
    fell_back_to_page: pictures?.fellBackToPage ?? false,
  };
}

async function digest(body: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex');
}
