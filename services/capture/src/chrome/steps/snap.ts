import { wantedFormats } from '../../core/formats.ts';
import type { RasterFormat } from '../picture/limits.ts';
import { takePictures } from '../picture/take-pictures.ts';
import { whileAnswering } from '../room/while-answering.ts';
import { stillShown } from './open.ts';
import type { Shot } from './shot.ts';
import { wentOn } from './went-on.ts';

/** Takes the pictures, in all the formats that are made of pixels; once more as long as the page goes on to another one meanwhile. */
export async function snap(shot: Shot): Promise<void> {
  const { room, options, signal, pageSignal, notes } = shot;
  const formats = wantedFormats(options)
    .filter(({ raster }) => raster)
    .map(({ word }) => word as RasterFormat);
  let pixelsMs = 0;
  const onPixels = () => {
    pixelsMs = performance.now();
  };
  while (!shot.pictures) {
    try {
      shot.pictures = await whileAnswering(room, takePictures({ page: room.page, options, formats, signal, pageSignal, onPixels }));
    } catch (thrown) {
      if (!wentOn(thrown)) throw thrown;
      signal.throwIfAborted();
      stillShown(shot);
    }
  }
  const { images, tiles, cutShort } = shot.pictures;
  notes.mark('picture', { tiles }, pixelsMs);
  notes.mark('encoded', { images: images.length, bytes: images.reduce((sum, { body }) => sum + body.length, 0) });
  if (!cutShort || shot.partial !== undefined) return;
  shot.partial = 'scroll';
  notes.mark('best_attempt', { unfinished: shot.partial });
}
