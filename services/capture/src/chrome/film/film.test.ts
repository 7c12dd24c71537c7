import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { Format } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { eventually, type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { ChromeCamera } from '../open-chrome.ts';
import { readPng } from '../png.fixture.ts';
import { sizeOf } from './film.ts';
import { noFfmpeg, ownFfmpegs, probe } from './probe.fixture.ts';
import { openReel } from './reel.ts';
import { placeAt } from './scroll-along.ts';

let site: Site;
let camera: ChromeCamera;

before(async () => {
  site = await startSite();
  camera = await openTestCamera();
});

after(async () => {
  await camera[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const within = (ms = 30_000) => AbortSignal.timeout(ms);
const shoot = (path: string, options: SomeOptions, signal = within(), by = camera) =>
  by.shoot({ id: 'test', accountId: 'acme', url: new URL(path, site.url).href, options: optionsOf(options) }, signal);
const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(`shotwire-chrome-${process.pid}-`));
const failsWith = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;
const isLike = (seen: readonly number[], wanted: readonly number[]) =>
  assert.ok(
    seen.every((value, at) => Math.abs(value - (wanted[at] ?? 0)) < 40),
    `${seen} is not ${wanted}`,
  );
const [red, green, blue] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
] as const;
const small = { width: 640, height: 401 };

for (const [format, codec, container, mimeType] of [
  [Format.WEBM, 'vp8', /webm/, 'video/webm'],
  [Format.MP4, 'h264', /mp4/, 'video/mp4'],
] as const) {
  test(`a ${mimeType} lasts as long as asked for, in even numbers of pixels, and moves as its page does`, { skip: noFfmpeg }, async () => {
    const { artefacts, report } = await shoot('/film.html', { ...small, format, video: { duration: 2, fps: 20 } });
    const [video] = artefacts;
    assert.deepEqual([video.mimeType, video.width, video.height], [mimeType, 640, 400]);
    const { decoded, ...seen } = await probe(video.body, [0, 1.8]);
    assert.deepEqual([seen.codec, seen.width, seen.height, seen.frames], [codec, 640, 400, 40]);
    assert.match(seen.container, container);
    assert.ok(Math.abs(seen.duration - 2) <= 0.1, String(seen.duration));
    const [first, last] = decoded;
    // The square goes 300 pixels in two seconds, all the way in four.
    const placeIn = (frame = first) => Array.from({ length: 640 }, (_, x) => x).find((x) => (frame?.at(x, 50)[1] ?? 0) > 150) ?? -1;
    const gone = placeIn(last) - placeIn(first);
    assert.ok((gone > 150 && gone < 400) || gone < -150, `${placeIn(first)} to ${placeIn(last)}`);
    isLike(first?.at(320, 300) ?? [], red);
    isLike(last?.at(placeIn(last) + 50, 50) ?? [], green);
    const { frames, ...told } = report.video as { frames: number };
    assert.deepEqual(told, { format: codec === 'vp8' ? 'webm' : 'mp4', width: 640, height: 400, fps: 20, duration: 2 });
    assert.ok(frames > 5, String(frames));
  });
}

test('a page that stands still is recorded for as long', { skip: noFfmpeg }, async () => {
  const { artefacts, report } = await shoot('/plain.html', { ...small, format: Format.MP4, video: { duration: 1, fps: 10 } });
  assert.equal((await probe(artefacts[0].body)).frames, 10);
  assert.ok((report.video as { frames: number }).frames < 5);
});

test('with scroll it goes to the end of the page, and with scroll_back to its top again', { skip: noFfmpeg }, async () => {
  for (const [scrollBack, wanted] of [[false, [red, blue, blue]] as const, [true, [red, blue, red]] as const]) {
    const video = { duration: 3, scroll: true, scrollBack };
    const { artefacts } = await shoot('/film.html', { ...small, format: Format.WEBM, video });
    const { decoded } = await probe(artefacts[0].body, [0, 1.5, 2.9]);
    for (const [at, colour] of wanted.entries()) isLike(decoded[at]?.at(620, 390) ?? [], colour);
  }
});

test('two pages are recorded side by side, each for itself', { skip: noFfmpeg }, async () => {
  const video = { duration: 2 };
  const [moving, still] = await Promise.all([
    shoot('/film.html', { ...small, format: Format.WEBM, video }),
    shoot('/plain.html', { ...small, format: Format.MP4, video }),
  ]);
  const seen = await Promise.all([moving, still].map(({ artefacts }) => probe(artefacts[0].body, [1.9])));
  assert.deepEqual(
    seen.map(({ codec, frames }) => [codec, frames]),
    [
      ['vp8', 50],
      ['h264', 50],
    ],
  );
  isLike(seen[0]?.decoded[0]?.at(620, 390) ?? [], red);
  isLike(seen[1]?.decoded[0]?.at(620, 390) ?? [], [255, 255, 255]);
});

test('a video is a further result too, and the picture beside it is of the page before', { skip: noFfmpeg }, async () => {
  const options = { ...small, also: [Format.PDF, Format.WEBM], video: { duration: 1, scroll: true } };
  const { artefacts } = await shoot('/film.html', options);
  assert.deepEqual(
    artefacts.map(({ name, mimeType, width }) => [name, mimeType, width]),
    [
      ['png', 'image/png', 640],
      ['pdf', 'application/pdf', 0],
      ['webm', 'video/webm', 640],
    ],
  );
  assert.equal(readPng(artefacts[0].body).at(620, 390), '#ff0000');
});

test('without an ffmpeg it fails, and says what to install', async () => {
  await using without = await openTestCamera({ ffmpeg: '/nowhere/ffmpeg' });
  await assert.rejects(shoot('/film.html', { format: Format.WEBM }, within(), without), (thrown) => {
    assert.ok(failsWith('video_unavailable')(thrown));
    assert.match(String(thrown), /install ffmpeg/);
    return true;
  });
  assert.equal((await shoot('/plain.html', {}, within(), without)).artefacts[0].mimeType, 'image/png');
});

test('an ffmpeg that went away since the start says the same, and leaves nothing', async () => {
  const before = await folders();
  const encoder = { path: '/nowhere/ffmpeg', formats: new Set(['webm'] as const) };
  const { signal } = new AbortController();
  {
    await using reel = await openReel({ encoder, format: 'webm', fps: 25, width: 640, height: 400, signal });
    await assert.rejects(reel.gone, failsWith('video_unavailable'));
    await reel.write(Buffer.from('a frame'), 3);
  }
  assert.deepEqual(await folders(), before);
});

test('an ffmpeg that is killed has a code of its own, and the next capture is right', { skip: noFfmpeg }, async () => {
  const before = await folders();
  const recording = shoot('/film.html', { ...small, format: Format.WEBM, video: { duration: 20 } });
  const killed = assert.rejects(recording, failsWith('video_failed'));
  const [pid] = await eventually(async () => {
    const running = await ownFfmpegs();
    assert.equal(running.length, 1);
    return running;
  });
  process.kill(pid as number, 'SIGKILL');
  await killed;
  await eventually(async () => assert.deepEqual(await folders(), before));
  const { artefacts } = await shoot('/film.html', { ...small, format: Format.WEBM, video: { duration: 1 } });
  assert.equal((await probe(artefacts[0].body)).frames, 25);
});

test('a recording that is given up leaves no ffmpeg and no file, and the next picture is right', { skip: noFfmpeg }, async () => {
  const before = await folders();
  for (const path of ['/film.html', '/loop.html', '/flood-history.html']) {
    const late = new Failure('timeout');
    const controller = new AbortController();
    const recording = shoot(path, { format: Format.MP4, video: { duration: 30, scroll: true } }, controller.signal, camera);
    const ended = assert.rejects(recording, (thrown) => thrown === late || path !== '/film.html');
    if (path === '/film.html') await eventually(async () => assert.equal((await ownFfmpegs()).length, 1));
    const timer = setTimeout(() => controller.abort(late), 2_500);
    const began = performance.now();
    await ended;
    clearTimeout(timer);
    assert.ok(performance.now() - began < 2_500 + 1_000);
    await eventually(async () => {
      assert.deepEqual(await ownFfmpegs(), []);
      if (path === '/film.html') assert.deepEqual(await folders(), before);
    });
  }
  assert.equal(readPng((await shoot('/plain.html', {})).artefacts[0].body).at(50, 50), '#ff0000');
});

test('a page larger than a processor can encode as it comes is recorded smaller', () => {
  assert.deepEqual(sizeOf({ width: 3840, height: 2160 }), { width: 1920, height: 1080 });
  assert.deepEqual(sizeOf({ width: 375, height: 667 }), { width: 374, height: 666 });
});

test('the way down begins and ends at rest, and comes back only when it is to', () => {
  const places = (back: boolean) => [0, 0.1, 0.5, 0.9, 1].map((share) => Number(placeAt(share, back).toFixed(3)));
  assert.deepEqual(places(false), [0, 0, 0.5, 1, 1]);
  assert.deepEqual(places(true), [0, 0, 1, 0, 0]);
});
