import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';
import { openHeaders } from './open-headers.ts';

const answers: Record<string, [method: 'GET' | 'POST' | 'DELETE', path: string, status: number]> = {
  'what is well': ['GET', '/api/v1/screenshots', 200],
  'what is nowhere': ['GET', '/nowhere', 404],
  'what no router can read': ['GET', '/%zz', 404],
  'what does not take the method': ['DELETE', '/api/v1/screenshots', 405],
  'what is refused': ['POST', '/api/v1/screenshots', 422],
};

for (const [name, [method, path, expected]] of Object.entries(answers)) {
  test(`${name} has the headers of every answer`, async () => {
    await using gateway = await openGateway();
    const { status, headers } = await gateway.ask(method, path, method === 'POST' ? { body: {} } : {});
    assert.equal(status, expected);
    for (const [header, value] of Object.entries(openHeaders)) assert.equal(headers[header], value, header);
  });
}

test('an image may be shown by every page, and no policy keeps a viewer of PDFs from showing one', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('image'));
  const { headers } = await gateway.ask('GET', `/api/v1/screenshots/${id}/image`);
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['content-security-policy'], undefined);
});

for (const path of ['/api/v1/screenshots', '/.well-known/jwks.json', '/nowhere']) {
  test(`a browser that asks whether a page may ask ${path} is told so, without a key`, async () => {
    await using gateway = await openGateway();
    const { status, headers, bytes } = await gateway.ask('OPTIONS', path, {
      key: undefined,
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    assert.equal(status, 204);
    assert.equal(bytes.length, 0);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.match(String(headers['access-control-allow-methods']), /POST/);
    assert.match(String(headers['access-control-allow-headers']), /authorization/);
    assert.equal(headers['access-control-allow-credentials'], undefined);
  });
}

test('OPTIONS that is no such question is a method like any other', async () => {
  await using gateway = await openGateway();
  assert.equal((await gateway.ask('OPTIONS', '/api/v1/screenshots')).status, 405);
});
