import { IntakeService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { type BoundService, bind, type Implementation } from '@shotwire/rpc';
import type { IntakeParts } from './parts.ts';
import { screenshotCalls } from './screenshots.ts';

/** The front door of capture: each call is one short transaction. */
export function intake(parts: IntakeParts): BoundService {
  const missing = IntakeService.methods.map(({ localName }) => [localName, () => Promise.reject(new Failure('unavailable'))]);
  return bind(IntakeService, {
    ...(Object.fromEntries(missing) as unknown as Implementation<typeof IntakeService>),
    ...screenshotCalls(parts),
  });
}
