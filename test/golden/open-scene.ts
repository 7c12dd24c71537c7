import { startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../../services/capture/src/capture.fixture.ts';
import { shoot } from '../../services/capture/src/studio/shoot.ts';
import { decode, type Pixels } from './pixels.ts';

/** A site and the camera before it. */
export interface Scene extends AsyncDisposable {
  /** Where the pages of test/site are. */
  readonly url: string;
  /** Captures a page, given by its URL or its path on the site; gives what the client is given. */
  capture(page: string, options?: SomeOptions): Promise<Buffer>;
  /** Captures a page and decodes its picture. */
  picture(page: string, options?: SomeOptions): Promise<Pixels>;
}

const CAPTURE_MS = 60_000;

/** Opens both. */
export async function openScene(): Promise<Scene> {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await startSite());
  const camera = opening.use(await openTestCamera());
  const capture = async (page: string, options: SomeOptions = {}) => {
    const order = { id: 'golden', accountId: 'golden', url: new URL(page, url).href, options: optionsOf(options) };
    return (await shoot(camera, order, AbortSignal.timeout(CAPTURE_MS), () => undefined)).artefacts[0].body;
  };
  const scene = opening.move();
  return {
    url,
    capture,
    picture: async (page, options) => decode(await capture(page, options)),
    [Symbol.asyncDispose]: () => scene.disposeAsync(),
  };
}
