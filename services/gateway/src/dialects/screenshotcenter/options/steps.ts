import { isObject, number, objects, type Read } from '../read.ts';

type Theirs = Readonly<Record<string, unknown>>;
type Ours = Readonly<Record<string, unknown>>;

/** What each command is here. Undefined for a step that needs nothing done, a text for what is wrong with it. */
const commands: Readonly<Record<string, (step: Theirs) => Ours | string | undefined>> = {
  click: (step) => ({ action: 'click', ...target(step) }),
  hover: (step) => ({ action: 'hover', ...target(step) }),
  fill: typed,
  type: typed,
  press: (step) => ({ action: 'press', ...target(step), key: said(step.value ?? step.key) }),
  select: (step) => ({ action: 'select', ...target(step), values: [step.value].flat().map(said) }),
  scroll: (step) => ({ action: 'scroll', ...target(step), ...scrolled(step) }),
  // 2000 of `wait` are milliseconds and 2 of `sleep` seconds: so their README and their tests have them.
  wait: (step) => waited(step, 1000),
  sleep: (step) => waited(step, 1),
};

const known = [...Object.keys(commands), 'screenshot'].join(', ');

/** Their steps as ours. The picture is taken after the last one, so `screenshot` may only end them. */
export function readSteps(sent: unknown): Read<Ours[]> {
  const got = objects(sent);
  if (!('value' in got)) return got;
  const steps: Ours[] = [];
  const problems: string[] = [];
  for (const [at, step] of got.value.entries()) {
    const command = said(step.command).toLowerCase();
    if (command === 'screenshot') {
      if (at < got.value.length - 1)
        problems.push(`must end with screenshot or have none: there is one picture, after the last step (${at + 1})`);
      continue;
    }
    const made = Object.hasOwn(commands, command) ? commands[command]?.(step) : `must have a command of ${known}: step ${at + 1} has none`;
    if (typeof made === 'string') problems.push(made);
    else if (made) steps.push(made);
  }
  return problems.length > 0 ? { problem: problems.join('; ') } : { value: steps };
}

/** Our steps as theirs. */
export function shownSteps(steps: unknown): Theirs[] {
  const list = Array.isArray(steps) ? steps.filter(isObject) : [];
  return list.map(({ action, selector, text, key, values, pixels, seconds }) => {
    const value = text ?? key ?? (Array.isArray(values) && values.length > 0 ? values : undefined) ?? pixels;
    const waits = typeof seconds === 'number' ? String(seconds * 1000) : undefined;
    return { command: action, ...(selector ? { selector } : {}), ...((value ?? waits) !== undefined && { value: value ?? waits }) };
  });
}

/** Their README says `selector`, their tests say `element`. */
function target({ selector, element }: Theirs): Ours {
  const given = selector ?? element;
  return given === undefined ? {} : { selector: said(given) };
}

function typed(step: Theirs): Ours {
  return { action: 'type', ...target(step), text: said(step.value) };
}

function scrolled({ value }: Theirs): Ours {
  const got = number(value);
  return 'value' in got ? { pixels: got.value } : {};
}

function waited(step: Theirs, perSecond: number): Ours | string {
  const place = target(step);
  if (step.value === undefined) return { action: 'wait', ...place };
  const got = number(step.value);
  return 'value' in got
    ? { action: 'wait', ...place, seconds: got.value / perSecond }
    : `must wait for a number: ${said(step.value).slice(0, 40)}`;
}

function said(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
