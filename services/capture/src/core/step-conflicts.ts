import { type Step, StepAction, StepActionSchema, wordsOf } from '@shotwire/contract';

const fields = ['selector', 'text', 'key', 'values', 'pixels', 'seconds'] as const;

type Field = (typeof fields)[number];

interface Uses {
  /** Of each entry one field must be there. */
  needs: readonly (readonly Field[])[];
  takes?: readonly Field[];
}

/** What each action of a step uses beside its name and its timeout. */
const uses: Readonly<Partial<Record<StepAction, Uses>>> = {
  [StepAction.CLICK]: { needs: [['selector']] },
  [StepAction.HOVER]: { needs: [['selector']] },
  [StepAction.TYPE]: { needs: [['selector'], ['text']] },
  [StepAction.PRESS]: { needs: [['key']], takes: ['selector'] },
  [StepAction.SELECT]: { needs: [['selector'], ['values']] },
  [StepAction.SCROLL]: { needs: [['selector', 'pixels']] },
  [StepAction.WAIT]: { needs: [['selector', 'seconds']] },
};

/** Pairs of a field and a sentence: what a step lacks, and what its action has no use for. */
export function* stepConflictsOf(steps: readonly Step[]): Iterable<[field: string, says: string]> {
  for (const [index, step] of steps.entries()) {
    const { needs, takes = [] } = uses[step.action] ?? { needs: [], takes: fields };
    const set = fields.filter((field) => isSet(step[field]));
    for (const oneOf of needs) if (!oneOf.some((field) => set.includes(field))) yield [`steps[${index}]`, `needs ${oneOf.join(' or ')}`];
    const used = new Set([...needs.flat(), ...takes]);
    const word = wordsOf(StepActionSchema).get(step.action);
    for (const field of set) if (!used.has(field)) yield [`steps[${index}].${field}`, `cannot go with ${word}`];
  }
}

function isSet(value: Step[Field]): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
