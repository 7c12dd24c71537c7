import { DeskService } from '@shotwire/contract';
import { type BoundService, bind } from '@shotwire/rpc';
import { appCalls } from './apps.ts';
import { checkCalls } from './check-apps.ts';
import { deliveryCalls } from './deliveries.ts';
import type { DeskParts } from './parts.ts';
import { secretCalls } from './secrets.ts';
import { testCalls } from './test-app.ts';

/** Where apps are kept and deliveries are told of: no call holds a transaction while it waits for anything else. */
export function desk(parts: DeskParts): BoundService {
  return bind(DeskService, {
    ...appCalls(parts),
    ...secretCalls(parts),
    ...testCalls(parts),
    ...checkCalls(parts),
    ...deliveryCalls(parts),
  });
}
