export * from './gen/grpc/health/v1/health_pb.ts';
export * from './gen/shotwire/capture/v1/intake_pb.ts';
export * from './gen/shotwire/capture/v1/options_pb.ts';
export * from './gen/shotwire/capture/v1/screenshot_pb.ts';
export * from './gen/shotwire/events/v1/event_pb.ts';
export * from './gen/shotwire/notifier/v1/desk_pb.ts';
export { type Instant, instantFromMs, instantFromTimestamp, instantToMs, instantToTimestamp } from './instant.ts';
export { numberOfWord, rulesOf, wordsOf } from './rules.ts';
