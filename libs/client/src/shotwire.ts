import { type Batch, type Common, type Following, followBatch, type Making, makeBatch } from './batch/batch.ts';
import { capture } from './capture.ts';
import { type Listening, listen, type ShotwireEvent } from './events/listen.ts';
import type { Finished } from './finished.ts';
import type { BatchRow, paths, ScreenshotRequest } from './gen/api.ts';
import { type Answer, call, type Given, type LooseGiven, type Method, type Path } from './http/call.ts';
import type { Server } from './http/send.ts';
import { type Waiting, waitFor } from './wait-for.ts';

/** Where the server is, and who asks. */
export interface Settings {
  /** Such as `https://shots.example.com`. */
  baseUrl: string | URL;
  apiKey: string;
  /** In place of the platform's own. */
  fetch?: typeof fetch;
}

/** A Shotwire server, seen from a program. Every method throws a ShotwireError, or the reason of its signal. */
export class Shotwire {
  readonly #server: Server;

  constructor({ baseUrl, apiKey, fetch = globalThis.fetch.bind(globalThis) }: Settings) {
    const { protocol, origin, pathname } = new URL(baseUrl);
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('baseUrl has to be an http or https URL.');
    this.#server = { baseUrl: origin + pathname.replace(/\/+$/, ''), apiKey, fetch };
  }

  /** Takes a screenshot and waits until it has completed. What failed is thrown. */
  capture(wish: ScreenshotRequest, waiting?: Waiting): Promise<Finished> {
    return capture(this.#server, wish, waiting);
  }

  /** Waits until a screenshot has ended, well or not. */
  waitFor(id: string, waiting?: Waiting): Promise<Finished> {
    return waitFor(this.#server, id, waiting);
  }

  /** Makes a batch of URLs, or of wishes with options of their own; its rows are gone through as they end. */
  batch(rows: readonly (string | BatchRow)[], common: Common = {}, making?: Making): Promise<Batch> {
    return makeBatch(this.#server, rows, common, making);
  }

  /** A batch that was made before. */
  followBatch(id: string, following?: Following): Batch {
    return followBatch(this.#server, id, following);
  }

  /** The account's events as they happen, however often the connection is lost on the way. */
  events(listening?: Listening): AsyncGenerator<ShotwireEvent, void> {
    return listen(this.#server, listening);
  }

  /** Calls any operation of the API that answers with JSON, by its method and its path in the OpenAPI document. */
  call<P extends Path, M extends Method<P>>(
    method: M,
    path: P,
    ...[given]: object extends Given<paths[P][M]> ? [given?: Given<paths[P][M]>] : [given: Given<paths[P][M]>]
  ): Promise<Answer<paths[P][M]>> {
    return call(this.#server, method, path, given as LooseGiven);
  }
}
