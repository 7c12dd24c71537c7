import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noFfmpeg, probe } from '../../services/capture/src/chrome/film/probe.fixture.ts';
import { openHouse } from './house.fixture.ts';

const small = { width: 640, height: 400 };

test('videos of both kinds are stored and downloaded as what they are, and a page that never ends has none', {
  skip: noFfmpeg,
}, async () => {
  await using house = await openHouse();
  const url = new URL('/film.html', house.site.url).href;
  const video = { duration: 1.5, fps: 10, scroll: true };
  const take = async (path: string, type: string) => {
    const response = await house.get(path);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, type], path);
    assert.equal(response.headers.get('content-security-policy'), null);
    return Buffer.from(await response.arrayBuffer());
  };

  const main = await house.end((await house.ask({ url, ...small, format: 'mp4', video })).id);
  assert.equal(main.status, 'completed', JSON.stringify(main.error));
  const { width, height, mime_type } = main as unknown as Record<string, unknown>;
  assert.deepEqual([width, height, mime_type], [640, 400, 'video/mp4']);
  const mp4 = await probe(await take(`/api/v1/screenshots/${main.id}/image`, 'video/mp4'));
  assert.deepEqual([mp4.codec, mp4.frames], ['h264', 15]);
  const report = JSON.parse((await take(`/api/v1/screenshots/${main.id}/report`, 'application/json')).toString());
  assert.deepEqual([report.video.duration, report.video.fps, report.picture.width], [1.5, 10, 640]);

  const beside = await house.end((await house.ask({ url, ...small, also: ['webm'], video })).id);
  assert.equal(beside.status, 'completed', JSON.stringify(beside.error));
  assert.equal((await probe(await take(`/api/v1/screenshots/${beside.id}/artefacts/webm`, 'video/webm'))).codec, 'vp8');

  const began = performance.now();
  const endless = await house.end(
    (await house.ask({ url: `${house.site.url}/hang`, format: 'webm', timeout: 2, video: { duration: 1 } })).id,
  );
  assert.equal(endless.error?.code, 'TIMEOUT');
  assert.ok(performance.now() - began < 6_000);
});

test('where there is no ffmpeg a video is refused at the door, and all else is captured', async () => {
  await using house = await openHouse({ env: { FFMPEG_PATH: '/nowhere/ffmpeg' } });
  for (const wish of [{ format: 'webm' }, { format: 'mp4' }, { also: ['mp4'] }]) {
    const response = await house.post({ url: house.site.url, ...wish });
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    assert.deepEqual([response.status, error.code], [422, 'VIDEO_UNAVAILABLE']);
    assert.match(error.message, /install ffmpeg/);
  }
  assert.equal((await house.end((await house.ask({ url: house.site.url })).id)).status, 'completed');
});
