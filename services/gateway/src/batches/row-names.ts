import { Failure } from '@shotwire/failures';
import { collectProblems } from './problems.ts';

/** Says what capture has against rows, which are `requests[…]` to it, in the client's names of them. It throws. */
export function inNamesOfRows(body: unknown, nameRow?: (index: number) => string): (thrown: unknown) => never {
  const ofUrls = Array.isArray((body as { urls?: unknown }).urls);
  const name = nameRow ?? ((index: number) => `${ofUrls ? 'urls' : 'requests'}[${index}]`);
  const named = (field: string) =>
    field.replace(/^requests\[(\d+)\]/, (_, index) => name(Number(index))).replace(/^(urls\[\d+\])\.url$/, '$1');
  return (thrown) => {
    const { kind, message: says, fields } = Failure.from(thrown);
    if (!fields) throw thrown;
    const problems = collectProblems({});
    problems.add(fields, named);
    throw new Failure(kind, { says, fields: problems.fields, cause: thrown });
  };
}
