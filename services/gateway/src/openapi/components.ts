import { accountSchema, usageAnswerSchema } from '../account/operations.ts';
import { appSchema, newAppAnswerSchema, secretSchema, trialAnswerSchema } from '../apps/answer-schema.ts';
import { batchAnswerSchema, batchRequestSchema, batchRowSchema } from '../batches/answer-schema.ts';
import { attemptSchema, deliveryRecordSchema, deliverySchema } from '../deliveries/answer-schema.ts';
import { apiKeySchema, newApiKeySchema } from '../keys/operations.ts';
import { linkAnswerSchema } from '../links/operations.ts';
import { linkSchema } from '../links/schema.ts';
import {
  artefactSchema,
  explanationSchema,
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
  Explanation: explanationSchema,
  Screenshot: screenshotSchema,
  ScreenshotList: pageOf('Screenshot'),
  ScreenshotDelivery: screenshotDeliverySchema,
  WebhookProgress: webhookProgressSchema,
  Artefact: artefactSchema,
  LinkRequest: { ...linkSchema },
  Link: linkAnswerSchema,
  BatchRow: batchRowSchema,
  BatchRequest: batchRequestSchema,
  Batch: batchAnswerSchema,
  BatchList: pageOf('Batch'),
  App: appSchema,
  NewApp: newAppAnswerSchema,
  AppList: shape({ data: listOf(component('App')) }),
  Secret: secretSchema,
  Trial: trialAnswerSchema,
  Delivery: deliverySchema,
  DeliveryRecord: deliveryRecordSchema,
  DeliveryList: pageOf('Delivery'),
  Attempt: attemptSchema,
  Account: accountSchema,
  Usage: usageAnswerSchema,
  ApiKey: apiKeySchema,
  NewApiKey: newApiKeySchema,
  ApiKeyList: shape({ data: listOf(component('ApiKey')) }),
};
