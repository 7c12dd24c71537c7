import { failures } from '@shotwire/failures';
import { listOf, oneOf, shape, text, whole } from './json-schema.ts';

/** Every answer that says no. */
export const problemSchema = shape({
  error: shape(
    {
      code: { ...oneOf(Object.keys(failures).map((kind) => kind.toUpperCase())), description: 'What is wrong; stable.' },
      message: { ...text, description: 'A sentence for people.' },
      status: { ...whole, description: 'The HTTP status.' },
    },
    { details: { type: 'object', additionalProperties: listOf(text), description: 'What is wrong with which field, all at once.' } },
  ),
  request_id: { ...text, description: 'As in X-Request-Id; to be told to whoever runs this.' },
});
