import { create } from '@bufbuild/protobuf';
import { type Options, OptionsSchema, PdfSchema, VideoSchema, withRules } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { conflictsOf } from './conflicts.ts';
import { type Devices, type DeviceTraits, deviceKey } from './devices.ts';
import { wantedFormats, wantedVideos } from './formats.ts';

/** What may stay open even in exact options: there is no value for "not asked for". */
type Open =
  | '$typeName'
  | '$unknown'
  | 'imageWidth'
  | 'imageHeight'
  | 'maxHeight'
  | 'clip'
  | 'slices'
  | 'geolocation'
  | 'basicAuth'
  | 'mediaType'
  | 'pdf'
  | 'video';

/** Options with everything decided that can be decided without the page. */
export type ExactOptions = Options & { readonly [K in Exclude<keyof Options, Open>]-?: NonNullable<Options[K]> };

/**
 * A client's options with every default filled in, checked by the rules written in proto and by what goes together.
 * Failure `validation_error` names each field that is wrong.
 */
export function acceptOptions(given: Options, devices: Devices): Options {
  const { message: accepted, problems } = withRules(OptionsSchema, given);
  const device = devices.get(deviceKey(accepted.device));
  if (!device) problems.device ??= ['must be desktop, mobile, tablet or a model of docs/devices.md'];
  for (const [field, sentence] of conflictsOf(given, accepted)) problems[field] ??= [sentence];
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
  // A telephone is not 1280 pixels wide: a device brings its own viewport unless the client names one.
  const viewport = device && turned(device, accepted);
  accepted.width = given.width ?? viewport?.width ?? accepted.width;
  accepted.height = given.height ?? viewport?.height ?? accepted.height;
  return accepted;
}

/** Accepted options with what they leave to the device and to each other decided. */
export function makeExact(accepted: Options, devices: Devices): ExactOptions {
  const exact = withRules(OptionsSchema, accepted).message;
  const device = devices.get(deviceKey(exact.device));
  exact.deviceScaleFactor ??= exact.retina ? 2 : device?.deviceScaleFactor;
  exact.isMobile ??= device?.isMobile;
  exact.hasTouch ??= device?.hasTouch;
  exact.landscape ||= device?.isLandscape ?? false;
  exact.scrollStep ??= Math.floor((exact.height ?? 0) * 0.9);
  if (wantedFormats(exact).some(({ word }) => word === 'pdf')) exact.pdf ??= withRules(PdfSchema, create(PdfSchema)).message;
  if (wantedVideos(exact).length > 0) exact.video ??= withRules(VideoSchema, create(VideoSchema)).message;
  return exact as ExactOptions;
}

function turned({ viewport }: DeviceTraits, { landscape }: Options): { width: number; height: number } | undefined {
  return viewport && landscape ? { width: viewport.height, height: viewport.width } : viewport;
}

/** Milliseconds allowed for one capture: the time the page is given, the delay the client asked for, and how long it is recorded. */
export function budgetMs(options: ExactOptions): number {
  return (options.timeout + options.delay) * 1000 + filmMs(options);
}

/** Milliseconds that the page is recorded. */
export function filmMs({ video }: Pick<ExactOptions, 'video'>): number {
  return (video?.duration ?? 0) * 1000;
}
