import { deadline, orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import { sentenceOf } from '../page/in-page.ts';
import { actions } from './actions.ts';
import { followJourneys } from './journeys.ts';
import { stillShown } from './open.ts';
import type { Shot } from './shot.ts';
import { wentOn } from './went-on.ts';

/** Does to the page what the client asked for: first the script, then the steps. Where one leads elsewhere it is followed. */
export async function act(shot: Shot): Promise<void> {
  const { js, steps } = shot.options;
  if (js === '' && steps.length === 0) return;
  const journeys = followJourneys(shot);
  if (js !== '') {
    await runScript(shot, js);
    await journeys.arrived();
    stillShown(shot);
  }
  for (const at of steps.keys()) {
    await takeStep(shot, at);
    await journeys.arrived();
    stillShown(shot);
  }
}

/** Where the scripts of the page are off Chrome lets no timer ring, those of this script neither: it may be waiting for ever. */
const WITHOUT_TIMERS_MS = 5_000;

/** Failure `script_failed` says what the script threw. A script that leaves its page has done its work. */
async function runScript({ room: { session }, options, pageSignal, notes }: Shot, js: string): Promise<void> {
  const call = { expression: js, awaitPromise: true, replMode: true, userGesture: true };
  const says = `The script was not done after ${WITHOUT_TIMERS_MS / 1000} seconds; with disable_javascript its timers never ring.`;
  using limit = options.disableJavascript
    ? deadline(WITHOUT_TIMERS_MS, new Failure('script_failed', { says }), pageSignal)
    : { signal: pageSignal, [Symbol.dispose]: () => undefined };
  const answer = await orAborted(session.send('Runtime.evaluate', call), limit.signal).catch((thrown: unknown) => {
    if (!wentOn(thrown)) throw thrown;
  });
  if (answer?.exceptionDetails) throw new Failure('script_failed', { says: `The script failed: ${sentenceOf(answer.exceptionDetails)}` });
  notes.mark('script');
}

async function takeStep(shot: Shot, at: number): Promise<void> {
  const step = shot.options.steps[at];
  const action = step && actions[step.action];
  if (!action) return;
  const { selector, timeout = 5 } = step;
  const name = `Step ${at + 1}, ${action.word}${selector === '' ? '' : ` "${selector}"`}`;
  const seconds = Math.max(timeout, step.seconds ?? 0);
  const late = new Failure('step_failed', { says: `${name}: not done after ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.` });
  using limit = deadline(seconds * 1000 + (step.seconds ? 1_000 : 0), late, shot.pageSignal);
  try {
    await orAborted(action.take({ page: shot.room.page, session: shot.room.session, step, signal: limit.signal }), limit.signal);
  } catch (thrown) {
    if (limit.signal.aborted) throw limit.signal.reason;
    // The browser went away, which is no fault of the step.
    if (thrown instanceof Failure || (thrown instanceof Error && /Protocol error|closed/.test(thrown.message))) throw thrown;
    // What the driver says of it, such as an element that is covered, holds nothing of the inside.
    const why = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
    throw new Failure('step_failed', { says: `${name}: ${why.replace(/\.$/, '')}.`, cause: thrown });
  }
  shot.notes.mark('step', { step: at + 1, action: action.word, ...(selector !== '' && { selector }) });
}
