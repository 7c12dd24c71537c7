import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { announcementsOf, openHouse } from './house.fixture.ts';

type House = Awaited<ReturnType<typeof openHouse>>;

const SCREENSHOTS = 50;

/** Every child of the capture service is a browser of its. */
async function killBrowsers({ stack }: House): Promise<void> {
  const { pid } = stack.services.capture;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean);
  for (const child of children) process.kill(-Number(child), 'SIGKILL');
}

const victims: Record<string, (house: House) => void | Promise<void>> = {
  gateway: ({ stack }) => stack.services.gateway.kill('SIGKILL'),
  capture: ({ stack }) => stack.services.capture.kill('SIGKILL'),
  notifier: ({ stack }) => stack.services.notifier.kill('SIGKILL'),
  'nats-server': ({ stack }) => stack.services.nats.kill('SIGKILL'),
  postgres: ({ stack }) => stack.services.postgres.kill('SIGKILL'),
  chrome: killBrowsers,
};

for (const [name, kill] of Object.entries(victims)) {
  test(`${name} is killed with ${SCREENSHOTS} screenshots in flight, and each reaches one end and one webhook`, async () => {
    await using house = await openHouse();
    const { receiver, site } = house;
    const asked = await Promise.all(
      Array.from({ length: SCREENSHOTS }, (_, n) => house.ask({ url: `${site.url}/plain.html?n=${n}`, webhook_url: receiver.url })),
    );
    // In the midst of it: some have ended, most have not.
    await receiver.until((requests) => requests.length >= 3);
    await kill(house);

    await eventually(
      async () => {
        const ends = await Promise.all(asked.map(({ id }) => house.see(id)));
        assert.deepEqual(
          ends
            .filter(({ status, webhook }) => status !== 'completed' || webhook?.state !== 'succeeded')
            .map(({ id, status, webhook }) => [id, status, webhook]),
          [],
        );
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    for (const { id } of asked) {
      const announcements = announcementsOf(receiver, id);
      assert.ok(announcements.length >= 1, 'its webhook arrived');
      assert.equal(new Set(announcements.map(({ webhookId }) => webhookId)).size, 1, 'under one webhook-id');
    }
    const ids = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
    assert.equal(ids.size, SCREENSHOTS, 'and no other webhook was sent');
  });
}
