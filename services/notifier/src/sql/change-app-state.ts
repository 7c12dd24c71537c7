import type { Transaction } from '@shotwire/postgres';
import { type AppRow, type AppState, writeAppState } from './apps.ts';
import { restDeliveries } from './rest-deliveries.ts';
import { resumeDeliveries } from './resume-deliveries.ts';

interface Changed {
  row: AppRow;
  /** Deliveries that wait now, or wait no longer. */
  deliveries: number;
}

/** Does what the owner of an app wants with it: its deliveries rest, or are due again. The app is locked by whoever calls. */
export async function changeAppState(trx: Transaction, { row: before, state }: { row: AppRow; state: AppState }): Promise<Changed> {
  if (before.state === state) return { row: before, deliveries: 0 };
  const { id } = before;
  const row = await writeAppState(trx, { id, state, disabledReason: state === 'disabled' ? 'asked' : null });
  if (!row) throw new Error(`app ${id} was locked and is gone`);
  return { row, deliveries: state === 'enabled' ? await resumeDeliveries(trx, id) : await restDeliveries(trx, id) };
}
