import {
  artefactSchema,
  optionsSchema,
  screenshotDeliverySchema,
  screenshotSchema,
  webhookProgressSchema,
} from '../screenshots/answer-schema.ts';
import { wishSchema } from '../screenshots/schema.ts';
import { type JsonSchema, pageOf } from './json-schema.ts';
import { problemSchema } from './problem-schema.ts';

/** The shapes that routes share, by their names in the document. */
export const components: Readonly<Record<string, JsonSchema>> = {
  Problem: problemSchema,
  ScreenshotRequest: { ...wishSchema },
  ScreenshotOptions: optionsSchema,
  Screenshot: screenshotSchema,
  ScreenshotList: pageOf('Screenshot'),
  ScreenshotDelivery: screenshotDeliverySchema,
  WebhookProgress: webhookProgressSchema,
  Artefact: artefactSchema,
};
