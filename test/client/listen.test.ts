import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReceiver } from '@shotwire/testing';
import { shotwire as command } from '../../libs/client/src/cli/command.fixture.ts';
import { Shotwire, verifyWebhook } from '../../libs/client/src/index.ts';
import { openListening } from '../../services/gateway/src/events/events.fixture.ts';

const env = { SHOTWIRE_API_KEY: 'key-one' };

test("the gateway's events are read, from a place on, and over its restart of NATS", async () => {
  await using house = await openListening();
  const shotwire = new Shotwire({ baseUrl: `http://127.0.0.1:${house.port}`, apiKey: 'key-one' });
  await house.happen(['one', 'two', 'one']);
  const leaving = new AbortController();
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const { id, type, data } of shotwire.events({ lastEventId: '1', signal: leaving.signal })) {
      seen.push(`${id} ${type} ${data.url}`);
      if (seen.length === 1) {
        await house.nats.kill();
        await house.nats.restart();
        await house.happen(['two', 'one']);
      } else leaving.abort(new Error('enough'));
    }
  }, /enough/);
  assert.deepEqual(seen, ['3 screenshot.completed https://example.com', '5 screenshot.completed https://example.com']);
});

test('shotwire listen prints them, and forwards them as webhooks that verify', async () => {
  await using house = await openListening();
  await using receiver = await startReceiver();
  await house.happen(['one', 'two']);
  const { code, stdout } = await command(['listen', '--after', '0', '--forward', receiver.url], {
    url: `http://127.0.0.1:${house.port}`,
    env,
    onWrite: (text, interrupt) => /taken/.test(text) && interrupt(),
  });
  assert.equal(code, 130);
  assert.match(stdout, /^1 {2}screenshot\.completed {2}\S+ {2}https:\/\/example\.com\n$/);
  const [{ body, headers } = assert.fail()] = receiver.requests;
  const { webhook_secret: secret } = (await house.ask('GET', '/api/v1/account/signing-secret')).json;
  assert.equal((await verifyWebhook({ body, headers, secret })).type, 'screenshot.completed');
});
