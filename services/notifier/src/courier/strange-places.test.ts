import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDnsServer, testCertificate } from '@shotwire/egress/testing';
import { eventually, startReceiver } from '@shotwire/testing';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { expiredCertificate } from './expired-certificate.fixture.ts';
import { type Behaviour, behaves, startHostileReceiver } from './hostile-receivers.fixture.ts';

/** A courier that trusts the certificates of these tests, and knows some names. */
async function openCourierAbroad() {
  await using opening = new AsyncDisposableStack();
  const house = opening.use(await openTestPostgres());
  const loopback = { a: ['127.0.0.1'] };
  const dns = opening.use(await startDnsServer({ 'receiver.test': loopback, 'other.test': loopback, 'six.test': { aaaa: ['::1'] } }));
  const trusted = { ca: `${testCertificate.cert}\n${expiredCertificate.cert}`, allow: ['127.0.0.0/8', '::1/128'] };
  const courier = opening.use(await openTestCourier({ ...house, ...trusted, dnsServers: [dns.address], schedule: [] }));
  const rooms = opening.move();
  return {
    /** Delivers to a URL; how the delivery ended. */
    async deliver(url: string) {
      const before = (await deliveriesIn(house.postgres)).length;
      await courier.keep(eventOf({ url }));
      return eventually(async () => {
        const delivery = (await deliveriesIn(house.postgres))[before];
        assert.ok(delivery && ['succeeded', 'failed'].includes(delivery.state));
        return [delivery.state, delivery.lastStatus, delivery.lastError];
      });
    },
    [Symbol.asyncDispose]: () => rooms.disposeAsync(),
  };
}

test('a certificate for another name, or one whose time is over, is no way to deliver', async () => {
  await using abroad = await openCourierAbroad();
  await using good = await startHostileReceiver(behaves, { tls: testCertificate });
  await using expired = await startHostileReceiver(behaves, { tls: expiredCertificate });
  const failed = ['failed', null, 'tls_failed'];
  assert.deepEqual(await abroad.deliver(`https://other.test:${good.port}/`), failed);
  assert.deepEqual(await abroad.deliver(`https://127.0.0.1:${good.port}/`), failed);
  assert.deepEqual(await abroad.deliver(`https://receiver.test:${expired.port}/`), failed);
  assert.equal(good.heard.length + expired.heard.length, 0);
  assert.deepEqual(await abroad.deliver(`https://receiver.test:${good.port}/`), ['succeeded', 200, null]);
});

test('who speaks plain HTTP where TLS is expected, or the other way round, gets nothing', async () => {
  await using abroad = await openCourierAbroad();
  await using plain = await startReceiver();
  await using secure = await startHostileReceiver(behaves, { tls: testCertificate });
  assert.deepEqual(await abroad.deliver(`https://receiver.test:${plain.port}/`), ['failed', null, 'tls_failed']);
  assert.deepEqual(await abroad.deliver(`http://receiver.test:${secure.port}/`), ['failed', null, 'connection_failed']);
  assert.equal(plain.requests.length + secure.heard.length, 0);
});

test('a receiver that has an IPv6 address alone is reached', async () => {
  await using abroad = await openCourierAbroad();
  await using receiver = await startHostileReceiver(behaves, { host: '::1' });
  assert.deepEqual(await abroad.deliver(`http://six.test:${receiver.port}/`), ['succeeded', 200, null]);
  assert.deepEqual(await abroad.deliver(`http://[::1]:${receiver.port}/`), ['succeeded', 200, null]);
});

test('a connection with TLS that was used before is as good for a second try, and a handshake is no use', async () => {
  await using abroad = await openCourierAbroad();
  await using receiver = await startHostileReceiver(behaves, { tls: testCertificate });
  const closes: Behaviour = (socket, heard) => (heard.nth === 1 ? behaves(socket, heard) : void socket.destroy());
  const url = `https://receiver.test:${receiver.port}/`;
  await abroad.deliver(url);
  receiver.behaveAs(closes);
  assert.deepEqual(await abroad.deliver(url), ['succeeded', 200, null]);
  assert.deepEqual(
    receiver.heard.map(({ nth }) => nth),
    [1, 2, 1],
  );
  await using rude = await startHostileReceiver((socket) => void socket.destroy(), { tls: testCertificate });
  assert.deepEqual(await abroad.deliver(`https://receiver.test:${rude.port}/`), ['failed', null, 'connection_failed']);
  assert.equal(rude.heard.length, 1);
});
