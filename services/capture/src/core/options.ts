import { clone, isFieldSet } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { Device, Format, numberOfWord, type Options, OptionsSchema, rulesOf, wordsOf } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';

/** Options with nothing left open. */
export type ExactOptions = Options & { readonly [K in keyof Omit<Options, '$typeName' | '$unknown'>]-?: NonNullable<Options[K]> };

/**
 * Fills in every default and checks every range, by the rules written in proto.
 * Failure `validation_error` names each field that is wrong.
 */
export function makeExact(given: Options): ExactOptions {
  const exact = clone(OptionsSchema, given);
  // A telephone is not 1280 pixels wide: a device brings its own viewport unless the client names one.
  const viewport = devices[given.device ?? Device.DESKTOP]?.viewport;
  exact.width ??= viewport?.width;
  exact.height ??= viewport?.height;
  const message = reflect(OptionsSchema, exact);
  const problems: Record<string, string[]> = {};
  for (const field of OptionsSchema.fields) {
    const rules = rulesOf(field);
    if (field.fieldKind !== 'scalar' && field.fieldKind !== 'enum') throw new Error(`${field.name} has no rule for its kind`);
    if (!isFieldSet(exact, field)) {
      const value: unknown = JSON.parse(rules?.defaultJson || 'null');
      message.set(field, field.fieldKind === 'enum' ? numberOfWord(field.enum, String(value)) : value);
    } else if (field.fieldKind === 'enum') {
      const words = wordsOf(field.enum);
      if (!words.has(message.get(field) as number)) problems[field.name] = [`must be one of ${[...words.values()].join(', ')}`];
    } else if (rules?.min !== undefined && rules.max !== undefined) {
      const value = Number(message.get(field));
      if (!(value >= rules.min && value <= rules.max)) problems[field.name] = [`must be from ${rules.min} to ${rules.max}`];
    }
  }
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
  return exact as ExactOptions;
}

/** Milliseconds allowed for one capture: the time the page is given and the delay the client asked for. */
export function budgetMs({ timeout, delay }: ExactOptions): number {
  return (timeout + delay) * 1000;
}

/** The words of a format: what Chrome calls it, the MIME type, the file extension. */
export function formatOf({ format }: ExactOptions): 'png' | 'jpeg' | 'webp' {
  return ({ [Format.PNG]: 'png', [Format.JPEG]: 'jpeg', [Format.WEBP]: 'webp' } as const)[format as 1 | 2 | 3];
}

/** What a device means to a page. */
export interface DeviceTraits {
  /** The viewport when the client names none; undefined for the general default. */
  viewport: { width: number; height: number } | undefined;
  /** The viewport meta tag is honoured, scrollbars lie over the page. */
  isMobile: boolean;
  hasTouch: boolean;
  /** The token that tells telephones from tablets, in the shape that Chrome has sent since it stopped naming models. */
  userAgent: ((chromeMajor: string) => string) | undefined;
}

const android = (suffix: string) => (chromeMajor: string) =>
  `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chromeMajor}.0.0.0 ${suffix}`;

const devices: Readonly<Record<number, DeviceTraits>> = {
  [Device.DESKTOP]: { viewport: undefined, isMobile: false, hasTouch: false, userAgent: undefined },
  [Device.MOBILE]: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, userAgent: android('Mobile Safari/537.36') },
  [Device.TABLET]: { viewport: { width: 820, height: 1180 }, isMobile: true, hasTouch: true, userAgent: android('Safari/537.36') },
};

/** The traits of a device. */
export function traitsOf({ device }: Pick<Options, 'device'>): DeviceTraits {
  return devices[device ?? Device.DESKTOP] as DeviceTraits;
}
