import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { ArchiveReader } from '@shotwire/archive';
import { startDnsServer } from '@shotwire/egress/testing';
import { rows } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { keepS3App, makeAllDue } from '../apps.fixture.ts';
import { eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { type Behaviour, behaves, startHostileReceiver } from './hostile-receivers.fixture.ts';

const image: ArchiveReader = { get: () => Promise.resolve({ body: Readable.from([Buffer.from('x')]), size: 1, mimeType: 'image/png' }) };

/**
 * A courier that may call 127.0.0.2, which stands for all that is open here. The victim listens on every address of this machine,
 * and must not even get a connection.
 */
async function openTown(behaviour: Behaviour = behaves) {
  await using opening = new AsyncDisposableStack();
  const house = opening.use(await openTestPostgres());
  const victim = opening.use(await startHostileReceiver(behaviour, { host: '::' }));
  const receiver = opening.use(await startHostileReceiver(behaviour, { host: '127.0.0.2' }));
  const dns = opening.use(
    await startDnsServer({
      'open.test': { a: ['127.0.0.2'] },
      'inside.test': { a: ['127.0.0.1'] },
      'inside6.test': { aaaa: ['::1'] },
      'mapped.test': { aaaa: ['::ffff:7f00:1'] },
      'mixed.test': { a: ['127.0.0.2', '127.0.0.1'] },
      'mixed-the-other-way.test': { a: ['127.0.0.1', '127.0.0.2'] },
      'mixed6.test': { a: ['127.0.0.2'], aaaa: ['::1'] },
      'nat64.test': { aaaa: ['64:ff9b::7f00:1'] },
      'alias.test': { cname: 'inside.test' },
      'alias-of-open.test': { cname: 'open.test' },
    }),
  );
  const wish = { ...house, allow: ['127.0.0.2/32'], dnsServers: [dns.address], archive: image, schedule: [600] };
  const courier = opening.use(await openTestCourier({ ...wish, graceMs: 0 }));
  const rooms = opening.move();
  let accounts = 0;
  return {
    ...{ victim, receiver, dns, courier, postgres: house.postgres },
    // Each from an account of its own: the lane of a host that only fails is closed.
    keep: (url: string) => courier.keep(eventOf({ url, accountId: `account-${accounts++}` })),
    /** What all deliveries failed with, by where they went. */
    failures: () =>
      eventually(async () => {
        const all = await house.postgres.transaction((trx) =>
          rows<{ place: string; state: string; error: string }>(
            trx,
            `select coalesce(d.url, a.settings ->> 'endpoint') as place, d.state, d.last_error as error
             from deliveries d left join apps a on a.id = d.app_id order by d.sequence`,
          ),
        );
        assert.ok(all.every(({ state, error }) => error && state !== 'sending'));
        return all;
      }),
    [Symbol.asyncDispose]: () => rooms.disposeAsync(),
  };
}

const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
const ownHosts = own.filter(({ scopeid }) => !scopeid).map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));

const literals = [
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '127.0.0.1.', '127.255.255.254'],
  ...[
    '0',
    '0.0.0.0',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
  ],
  ...['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[fe80::1]', '[fd00:ec2::254]', '[ff02::1]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'sub.localhost', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1', '１２７.0.0.1'],
  ...[
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...ownHosts,
];
const names = [
  'inside.test',
  'inside6.test',
  'mapped.test',
  'mixed.test',
  'mixed-the-other-way.test',
  'mixed6.test',
  'nat64.test',
  'alias.test',
];

test('no spelling of a private address is called, whoever names it; the same place is called when it is open', async () => {
  await using town = await openTown();
  const { victim, receiver } = town;
  for (const host of [...literals, ...names]) await town.keep(`http://${host}:${victim.port}/`);
  for (const host of ['127.0.0.1', '0x7f.1', '[::ffff:7f00:1]', 'localhost', 'inside.test', 'mixed.test', 'alias.test'])
    await keepUpload(town, `http://${host}:${victim.port}`);
  for (const { place, error } of await town.failures()) assert.equal(error, 'blocked_address', place);
  assert.equal(victim.connections(), 0);
  for (const host of ['127.0.0.2', 'open.test', 'alias-of-open.test']) await town.keep(`http://${host}:${receiver.port}/`);
  await keepUpload(town, `http://open.test:${receiver.port}`);
  await eventually(() => receiver.heard.length === 4);
  await using elsewhere = await openTestPostgres();
  await using careless = await openTestCourier(elsewhere);
  await careless.keep(eventOf({ url: `http://127.0.0.1:${victim.port}/` }));
  await eventually(() => victim.heard.length > 0);
});

async function keepUpload({ courier, postgres }: Awaited<ReturnType<typeof openTown>>, endpoint: string): Promise<void> {
  const bucket = await keepS3App(postgres, { endpoint, bucket: 'shots', accessKey: 'key', secretKey: 'secret' });
  await courier.keep(eventOf({ apps: { [bucket]: '' } }));
}

test('what hides a host, names another scheme or a port of something else is refused', async () => {
  await using town = await openTown();
  const { victim } = town;
  const invalid = [
    ...[
      `http://user@127.0.0.1:${victim.port}/`,
      `http://user:pass@open.test:${victim.port}/`,
      `http://open.test@127.0.0.1:${victim.port}/`,
    ],
    ...[`http://open.test%40127.0.0.1:${victim.port}/`, `http://open.test:80%40127.0.0.1:${victim.port}/`, 'http:///'],
    ...[`ftp://open.test:${victim.port}/`, 'file:///etc/passwd', `gopher://127.0.0.1:${victim.port}/_`, 'javascript:alert(1)', 'open.test'],
    ...[`http://open.test:${victim.port}/\r\nx: 1`, `http://open.test:${victim.port}/${'a'.repeat(2_100)}`, 'http://127.0.0.1:99999/'],
  ];
  const blocked = [22, 23, 25, 53, 110, 389, 445, 993].map((port) => `http://open.test:${port}/`);
  for (const url of [...invalid, ...blocked]) await town.keep(url);
  for (const { place, error } of await town.failures())
    assert.equal(error, blocked.includes(place) ? 'blocked_address' : 'invalid_url', place);
  assert.equal(victim.connections(), 0);
});

test('no redirect leads anywhere', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    let location = '';
    await using town = await openTown(
      (socket) => void socket.write(`HTTP/1.1 ${status} Go\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
    );
    location = `http://127.0.0.1:${town.victim.port}/`;
    await town.keep(`http://open.test:${town.receiver.port}/`);
    const [failed] = await town.failures();
    assert.equal(failed?.error, 'status');
    assert.equal(town.victim.connections(), 0);
  }
});

test('a name that is open at the first attempt and private at the second is not called again', async () => {
  await using town = await openTown((socket) => void socket.end('HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'));
  const { dns, victim } = town;
  await town.keep(`http://open.test:${victim.port}/`);
  assert.equal((await town.failures())[0]?.error, 'status');
  assert.equal(victim.connections(), 1);
  dns.records['open.test'] = { a: ['127.0.0.1'] };
  await makeAllDue(town.postgres);
  town.courier.wake();
  await eventually(async () => assert.equal((await town.failures())[0]?.error, 'blocked_address'));
  assert.equal(victim.connections(), 1);
});
