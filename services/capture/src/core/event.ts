import { create } from '@bufbuild/protobuf';
import { type Event, EventSchema, instantToTimestamp } from '@shotwire/contract';
import { type ScreenshotRow, screenshotToProto } from './screenshot.ts';

/** The event that tells of a screenshot's end. */
export function eventOf(screenshot: ScreenshotRow, id: string): Event {
  if (!screenshot.endedAt) throw new Error(`screenshot ${screenshot.id} has not ended`);
  return create(EventSchema, {
    id,
    type: `screenshot.${screenshot.status}`,
    accountId: screenshot.accountId,
    occurredAt: instantToTimestamp(screenshot.endedAt),
    screenshot: screenshotToProto(screenshot),
  });
}
