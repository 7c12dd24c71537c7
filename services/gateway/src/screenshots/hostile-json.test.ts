import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';

const url = '"url":"https://example.com"';

/** Bodies that have hurt others, and the status each gets. */
const bodies: Record<string, [body: string, status: number]> = {
  __proto__: [`{${url},"__proto__":{"width":640}}`, 400],
  'constructor.prototype': [`{${url},"constructor":{"prototype":{"width":640}}}`, 400],
  '__proto__ in a nested object': [`{${url},"pdf":{"__proto__":{"scale":2}}}`, 400],
  '__proto__ in a map': [`{${url},"headers":{"__proto__":"x"}}`, 400],
  '__proto__ in an entry of a list': [`{${url},"steps":[{"action":"wait","__proto__":{"seconds":1}}]}`, 400],
  '__proto__ written otherwise': [`{${url},"headers":{"\\u005f_proto__":{"width":1}}}`, 400],
  'a header named constructor': [`{${url},"headers":{"constructor":"x","toString":"y"}}`, 202],
  'a step named toString': [`{${url},"steps":[{"action":"toString"}]}`, 422],
  'a field named constructor': [`{${url},"constructor":1}`, 422],
  'a field named toString': [`{${url},"toString":1}`, 422],
  'a field named hasOwnProperty': [`{${url},"hasOwnProperty":1}`, 422],
  'deep arrays': [`{${url},"delay":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 422],
  'deep arrays without an end': ['['.repeat(500_000), 400],
  'a key twice': ['{"url":"http://127.0.0.1","url":"https://example.com"}', 202],
  'a key twice, the other way round': ['{"url":"https://example.com","url":"http://127.0.0.1"}', 422],
  'half a body': [`{${url}`, 400],
  'no body': ['', 400],
  'two bodies': [`{${url}}{${url}}`, 400],
  'a number past all numbers': [`{${url},"width":${'9'.repeat(400)}}`, 422],
};

for (const [name, [body, expected]] of Object.entries(bodies)) {
  test(`${name}: ${expected}, and nothing is harmed`, async () => {
    await using gateway = await openGateway();
    const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body });
    assert.equal(status, expected);
    if (expected === 400) assert.equal(json.error.code, 'MALFORMED_BODY');
    assert.equal(({} as { width?: number }).width, undefined);
    assert.equal(gateway.intake.screenshots.size, expected === 202 ? 1 : 0);
    assert.deepEqual(
      gateway.lines.filter(({ level }) => level === 'error'),
      [],
    );
    assert.equal((await gateway.make()).options.width, 1280);
  });
}
