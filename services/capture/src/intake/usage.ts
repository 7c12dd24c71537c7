import type { IntakeService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Implementation } from '@shotwire/rpc';
import { findHolding, findUsage } from '../sql/find-usage.ts';
import { accountOf, type IntakeParts } from './parts.ts';

const DAY_MS = 86_400_000;
/** Days that are told at once. */
const MOST_DAYS = 366;

/** What an account used. */
export function usageCalls({ postgres }: Pick<IntakeParts, 'postgres'>): Pick<Implementation<typeof IntakeService>, 'getUsage'> {
  return {
    async getUsage({ from, to }, context) {
      const accountId = accountOf(context);
      refuseRange(from, to);
      const [days, held] = await postgres.transaction(async (trx) => [
        await findUsage(trx, { accountId, from, to }),
        await findHolding(trx, accountId),
      ]);
      const { open, inFlight, storedBytes } = held;
      return {
        days: days.map(({ bytes, ...counts }) => ({ ...counts, bytes: BigInt(bytes) })),
        open,
        inFlight,
        storedBytes: BigInt(storedBytes),
      };
    },
  };
}

function refuseRange(from: string, to: string): void {
  const problems = Object.entries({ from, to })
    .filter(([, day]) => !isDay(day))
    .map(([field]) => [field, ['must be a day such as 2026-03-09']] as const);
  if (problems.length > 0) throw new Failure('validation_error', { fields: Object.fromEntries(problems) });
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1) throw new Failure('validation_error', { fields: { to: ['must not be before from'] } });
  if (days > MOST_DAYS) throw new Failure('validation_error', { fields: { to: [`must be within ${MOST_DAYS} days of from`] } });
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}
