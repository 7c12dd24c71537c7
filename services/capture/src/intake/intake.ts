import { IntakeService } from '@shotwire/contract';
import { type BoundService, bind } from '@shotwire/rpc';
import { againCalls } from './again.ts';
import { batchCalls } from './batches.ts';
import { explainCalls } from './explain.ts';
import type { IntakeParts } from './parts.ts';
import { screenshotCalls } from './screenshots.ts';
import { usageCalls } from './usage.ts';

/** The front door of capture: each call is a short transaction. */
export function intake(parts: IntakeParts): BoundService {
  return bind(IntakeService, {
    ...screenshotCalls(parts),
    ...againCalls(parts),
    ...batchCalls(parts),
    ...explainCalls(parts),
    ...usageCalls(parts),
  });
}
