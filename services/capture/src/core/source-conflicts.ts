import { Method, type Options } from '@shotwire/contract';

/** What only a page with an address of its own can have: one that came with the wish has no server, and no origin that browsers trust. */
const needsUrl: Readonly<Record<string, (given: Options) => boolean>> = {
  headers: ({ headers }) => Object.keys(headers).length > 0,
  basic_auth: ({ basicAuth }) => basicAuth !== undefined,
  method: ({ method }) => (method ?? Method.GET) !== Method.GET,
  body: ({ body }) => body !== '',
  geolocation: ({ geolocation }) => geolocation !== undefined,
};

/** Pairs of a field and a sentence: what cannot be honoured of a page that came as HTML or Markdown. */
export function* sourceConflictsOf({ html, markdown }: { html: string; markdown: string }, given: Options): Iterable<[string, string]> {
  if (html === '' && markdown === '') return;
  for (const [field, isSet] of Object.entries(needsUrl))
    if (isSet(given)) yield [field, 'needs url: html and markdown have no server and no secure origin'];
}
