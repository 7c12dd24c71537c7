import { wantedFormats } from '../../core/formats.ts';
import { whileAnswering } from '../room/while-answering.ts';
import { documentOf } from '../sources/document-of.ts';
import { serveDocument } from '../sources/serve-document.ts';
import { act } from './act.ts';
import { dress } from './dress.ts';
import { hold } from './hold.ts';
import { inTime } from './in-time.ts';
import { judge, listen } from './judge.ts';
import { links } from './links.ts';
import { open, stillShown } from './open.ts';
import { print } from './print.ts';
import { request } from './request.ts';
import type { Shot, Step } from './shot.ts';
import { snap } from './snap.ts';
import { stable } from './stable.ts';
import { wait } from './wait.ts';

/** A capture, in order. Its limit in time is watched between and during the steps by whoever walks them. */
const steps: readonly Step[] = [
  ...[
    together(source, dress, keepAway),
    listen,
    request,
    inTime('load', open),
    inTime('consent', consent),
    inTime('wait', wait),
    inTime('steps', act),
    hold,
    inTime('stable', stable),
    judge,
  ].map(answering),
  snap,
  print,
  links,
  // A page may go elsewhere as it is scrolled through.
  async (shot) => stillShown(shot),
];

/** The steps that a capture takes: those that only pictures need are left out where there is none, and so on. */
export function stepsOf({ options, order }: Pick<Shot, 'options' | 'order'>): readonly Step[] {
  const words = wantedFormats(options);
  return steps.filter(
    (step) =>
      (step !== snap || words.some(({ raster }) => raster)) &&
      (step !== print || words.some(({ raster }) => !raster)) &&
      (step !== links || order.links),
  );
}

function together(...several: readonly Step[]): Step {
  return async (shot) => {
    await Promise.all(several.map((step) => step(shot)));
  };
}

function answering(step: Step): Step {
  return (shot) => whileAnswering(shot.room, step(shot));
}

/** Makes the document that came with the wish a page. */
async function source({ order: { html = '', markdown = '' }, room: { session }, interceptors, signal }: Shot): Promise<void> {
  if (html !== '' || markdown !== '')
    interceptors.unshift(serveDocument(await documentOf({ session, html, markdown, signal })).interceptor);
}

/** Keeps away what the options do not want to load. */
async function keepAway({ room, plan, interceptors }: Shot): Promise<void> {
  await plan.beforeLoad(room);
  if (plan.interceptor) interceptors.push(plan.interceptor);
}

/** Makes consent dialogs go. */
async function consent(shot: Shot): Promise<void> {
  const { room, plan, pageSignal: signal, notes } = shot;
  shot.removal = await plan.afterLoad({ session: room.session, signal });
  if (shot.removal?.detected) notes.mark('consent', { ...shot.removal });
}
