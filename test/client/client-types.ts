import openapiTS, { astToString } from 'openapi-typescript';
import { openGateway } from '../../services/gateway/src/gateway.fixture.ts';

/** A property of a wish, as far as the command line looks at it. */
interface Property {
  type: string | readonly string[];
  description?: string;
  enum?: readonly string[];
  default?: unknown;
  /** Of a list: what it is of. */
  items?: { type?: string };
}

/** The OpenAPI document, as far as the client is made from it. */
interface Document {
  paths: Readonly<Record<string, Readonly<Record<string, { responses: Readonly<Record<string, object>> }>>>>;
  components: { schemas: { ScreenshotRequest: { properties: Readonly<Record<string, Property>> } } };
}

const first = '// Made by `make generate` from the OpenAPI document; not to be edited.\n\n';

/** The files of libs/client/src/gen, as the OpenAPI document of this moment has them. */
export async function makeClientFiles(): Promise<Readonly<Record<'api.ts' | 'options.ts', string>>> {
  await using gateway = await openGateway();
  const document: Document = (await gateway.ask('GET', '/openapi.json')).json;
  // A default is what the server takes for a field that is not given: it may still be left out.
  const settings = { defaultNonNullable: false, rootTypes: true, rootTypesNoSchemaPrefix: true, silent: true };
  const types = await openapiTS(JSON.stringify(withoutRefusals(document)), settings);
  return { 'api.ts': first + astToString(types), 'options.ts': first + optionsFrom(document) };
}

/** Every answer that says no is a Problem, so that nobody needs a type for each. */
function withoutRefusals({ paths, ...rest }: Document): Document {
  const kept = Object.entries(paths).map(([path, item]) => [path, Object.fromEntries(Object.entries(item).map(goodOnly))]);
  return { ...rest, paths: Object.fromEntries(kept) };
}

function goodOnly([method, { responses, ...rest }]: [string, { responses: Readonly<Record<string, object>> }]): [string, object] {
  return [method, { ...rest, responses: Object.fromEntries(Object.entries(responses).filter(([status]) => status < '400')) }];
}

/** A line for each field of a wish: its name, its types and what help says of it. */
function optionsFrom({ components }: Document): string {
  const lines = Object.entries(components.schemas.ScreenshotRequest.properties).map(([name, { type, description, items, ...rest }]) => {
    const said = [rest.enum?.join(', '), rest.default !== undefined && `default ${JSON.stringify(rest.default)}`].filter(Boolean);
    const says = [description, said.length > 0 && `(${said.join('; ')})`].filter(Boolean).join(' ');
    return `  ${JSON.stringify({ name, types: [type].flat(), ...(items && { items: items.type ?? 'object' }), says })},`;
  });
  const type = 'readonly { name: string; types: readonly string[]; items?: string; says: string }[]';
  return ['/** What may stand in a wish. */', `export const wishOptions: ${type} = [`, ...lines, '];', ''].join('\n');
}
