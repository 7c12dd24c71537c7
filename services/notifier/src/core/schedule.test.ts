import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterFailure, attemptsAtMost } from './schedule.ts';

const schedule = [30, 120, 600];

test('a webhook is tried again after 30 s, 2 min and 10 min, then given up', () => {
  const waits = [1, 2, 3, 4].map((failures) => afterFailure({ schedule, attempts: failures, failures, chance: 0 }));
  assert.deepEqual(waits, [{ kind: 'again', inS: 30 }, { kind: 'again', inS: 120 }, { kind: 'again', inS: 600 }, { kind: 'give_up' }]);
});

test('chance only ever adds, up to a tenth', () => {
  const inS = (chance: number) => {
    const next = afterFailure({ schedule, attempts: 1, failures: 1, chance });
    return next.kind === 'again' ? next.inS : undefined;
  };
  assert.deepEqual([0, 0.5, 1].map(inS), [30, 31.5, 33]);
});

test('lost attempts do not move the schedule on, yet ten attempts are the end', () => {
  assert.equal(attemptsAtMost(schedule), 10);
  assert.deepEqual(afterFailure({ schedule, attempts: 6, failures: 1, chance: 0 }), { kind: 'again', inS: 30 });
  assert.deepEqual(afterFailure({ schedule, attempts: 10, failures: 1, chance: 0 }), { kind: 'give_up' });
});

test('a schedule of one try is possible', () => {
  assert.deepEqual(afterFailure({ schedule: [], attempts: 1, failures: 1, chance: 0 }), { kind: 'give_up' });
});

test('a receiver can ask for a longer wait than the schedule has, never for a shorter one', () => {
  const inS = (retryAfterS: number | undefined, chance = 0) => {
    const next = afterFailure({ schedule, attempts: 2, failures: 2, chance, retryAfterS });
    return next.kind === 'again' ? next.inS : undefined;
  };
  assert.deepEqual(
    [undefined, 0, 119, 121, 86_400].map((asked) => inS(asked)),
    [120, 120, 120, 121, 86_400],
  );
  assert.equal(inS(1000, 1), 1100);
});

test('a receiver that asks for time gets no further try by it', () => {
  assert.deepEqual(afterFailure({ schedule, attempts: 4, failures: 4, chance: 0, retryAfterS: 1 }), { kind: 'give_up' });
});
