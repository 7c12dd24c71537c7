import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from '@shotwire/config';
import { egressSettings } from './index.ts';

test('without settings nothing is excepted and the system is asked for names', () => {
  assert.deepEqual(readConfig(egressSettings, {}), { egressAllow: [], dnsServers: [] });
});

test('exceptions are ranges or addresses of either family, with or without a port', () => {
  const given = '10.0.0.0/8, 127.0.0.1:3000,fd00::/8,[fd00::/8]:443,[::1]:80,::1';
  const { egressAllow } = readConfig(egressSettings, { EGRESS_ALLOW: given });
  assert.deepEqual(
    egressAllow.map(({ prefix, port }) => [prefix, port]),
    [
      [8, undefined],
      [32, 3000],
      [8, undefined],
      [8, 443],
      [128, 80],
      [128, undefined],
    ],
  );
});

test('an exception that could be misread is a mistake', () => {
  const wrong = ['10.0.0.0/33', '10.0.0.0/', '10.0/8', '10.0.0.0/8:0', '10.0.0.0/8:65536', '10.0.0.0/8/8', '::/129', '::ffff:10.0.0.0/104'];
  const more = ['fe80::1%eth0', '[10.0.0.0/8', 'intranet.example', '[::1', '10.0.0.0/-1', '10.0.0.0/8:http', '0x7f.1'];
  for (const text of [...wrong, ...more]) assert.throws(() => readConfig(egressSettings, { EGRESS_ALLOW: text }), ConfigError, text);
});

test('DNS servers are addresses, since a name would have to be looked up first', () => {
  const { dnsServers } = readConfig(egressSettings, { DNS_SERVERS: '9.9.9.9,127.0.0.1:5353,2620:fe::fe,[::1]:53' });
  assert.deepEqual(dnsServers, ['9.9.9.9', '127.0.0.1:5353', '[2620:fe::fe]', '[::1]:53']);
  for (const text of ['dns.example', '9.9.9.9:0', '9.9.9.9:70000', '[9.9.9.9]:53', '1.2.3'])
    assert.throws(() => readConfig(egressSettings, { DNS_SERVERS: text }), ConfigError, text);
});
