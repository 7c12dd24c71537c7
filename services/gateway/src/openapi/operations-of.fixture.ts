/** A schema, a body or an answer, as far as tests look at it. */
interface Media {
  content?: Readonly<Record<string, { schema: object }>>;
}

/** A parameter of the document. */
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: object;
}

/** An operation of the document, as far as tests look at it. */
export interface DescribedOperation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: Media & { required?: boolean };
  responses: Readonly<Record<string, Media & { description: string }>>;
}

/** An operation with its place. */
export interface Described {
  method: string;
  path: string;
  operation: DescribedOperation;
}

/** A document, as far as tests look at it. */
export interface Document {
  paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  components: { schemas: Readonly<Record<string, object>> };
}

/** All operations of a document. */
export function operationsOf({ paths }: Pick<Document, 'paths'>): Described[] {
  return Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ method, path, operation })));
}
