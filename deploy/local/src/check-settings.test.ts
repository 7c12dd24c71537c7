import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CannotStart } from './cannot-start.ts';
import { checkSettings } from './check-settings.ts';

test('every mistake is told, of whichever service, and each once', () => {
  assert.throws(
    () => checkSettings({ PORT: 'abc', EGRESS_ALLOW: 'garbage', WEBHOOK_SCHEDULE: '1,x', CHROME_SLOTS: '0' }),
    (thrown) => {
      assert.ok(thrown instanceof CannotStart);
      const lines = thrown.message.split('\n').sort();
      assert.deepEqual(
        lines.map((line) => line.slice(0, line.indexOf(' '))),
        ['CHROME_SLOTS', 'EGRESS_ALLOW', 'PORT', 'WEBHOOK_SCHEDULE'],
      );
      assert.match(lines[2] ?? '', /PORT is "abc"; it must be a whole number from 0 to 65535\./);
      return true;
    },
  );
});

test('a secret that is given as a file is looked at too', () => {
  assert.throws(
    () => checkSettings({ SHOTWIRE_API_KEY_FILE: '/nowhere/key', LINKS_KEY: 'short', SECRETS_KEY: '1:c2hvcnQ=' }),
    (thrown) => {
      assert.ok(thrown instanceof CannotStart);
      assert.match(thrown.message, /^SHOTWIRE_API_KEY_FILE names a file that cannot be read \(ENOENT\)\.$/m);
      assert.match(thrown.message, /^LINKS_KEY is not valid; it must be a text of at least 16 characters\.$/m);
      assert.match(thrown.message, /^SECRETS_KEY is not valid; it must be /m);
      return true;
    },
  );
});

test('what is not set is no mistake', () => {
  checkSettings({});
  checkSettings({ PORT: '', EGRESS_ALLOW: '127.0.0.1/32:3000' });
});
