import { accountSchema, usageAnswerSchema } from '../account/operations.ts';
import { apiKeySchema, newApiKeySchema } from '../keys/operations.ts';
import {
  artefactSchema,
  optionsSchema,
  screenshotDeliverySchema,
  screenshotSchema,
  webhookProgressSchema,
} from '../screenshots/answer-schema.ts';
import { wishSchema } from '../screenshots/schema.ts';
import { component, type JsonSchema, listOf, pageOf, shape } from './json-schema.ts';
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
  Account: accountSchema,
  Usage: usageAnswerSchema,
  ApiKey: apiKeySchema,
  NewApiKey: newApiKeySchema,
  ApiKeyList: shape({ data: listOf(component('ApiKey')) }),
};
