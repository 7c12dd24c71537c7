import { OptionsSchema, rulesOf } from '@shotwire/contract';
import { objectSchema } from '../schema/field-schema.ts';
import { wishSchema } from '../screenshots/schema.ts';

/** A link says what is seen, and nothing of who is told. */
const toldOf = ['webhook_url', 'webhook_events', 'webhook_secret', 'webhook_headers', 'apps'];
/** Whoever holds a link can read all of it. */
const secrets = OptionsSchema.fields.filter((field) => rulesOf(field)?.secret).map(({ name }) => name);
const notOfLinks = new Set([...toldOf, ...secrets]);

const dayS = 86_400;
/** How long a link is good for where nothing is said, in seconds. */
export const validS = 30 * dayS;
/** How long what it shows is shown where nothing is said, in seconds: then it is taken anew. */
export const keptS = dayS;

/** A wish whose picture is made when its link is first opened, and how long the link is good for. */
export const linkSchema = objectSchema({
  ...Object.fromEntries(Object.entries(wishSchema.properties).filter(([name]) => !notOfLinks.has(name))),
  valid_for: { type: 'integer', minimum: 60, maximum: 366 * dayS, default: validS, description: 'Seconds that the link is good for.' },
});
