import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ArtefactSchema, Format, ScreenshotStatus } from '@shotwire/contract';
import sharp from 'sharp';
import { openGateway } from '../../gateway.fixture.ts';

type Gateway = Awaited<ReturnType<typeof openGateway>>;

/** Calls as the SDKs do: the key and every parameter in the query. */
async function call({ app }: Gateway, path: string, parameters: Record<string, string | readonly string[]> = {}, key = 'key-one') {
  const query = new URLSearchParams({ key });
  for (const [name, value] of Object.entries(parameters)) for (const one of [value].flat()) query.append(name, one);
  const answer = await app.inject({ method: 'GET', url: `/api/v1${path}?${query}` });
  const json = answer.headers['content-type']?.toString().startsWith('application/json') ? answer.json() : undefined;
  return { status: answer.statusCode, json, headers: answer.headers, bytes: answer.rawPayload };
}

/** Makes a screenshot; gives its number and its UUID. */
async function make(gateway: Gateway, parameters: Record<string, string | readonly string[]> = {}) {
  const { status, json } = await call(gateway, '/screenshot/create', { url: 'https://example.com', ...parameters });
  assert.equal(status, 200, JSON.stringify(json));
  const [id, screenshot] = [...gateway.intake.screenshots].at(-1) ?? assert.fail();
  return { number: String(json.data.id), id, shown: json.data, screenshot };
}

const picture = () =>
  sharp({ create: { width: 100, height: 200, channels: 3, background: '#c00' } })
    .png()
    .toBuffer();

test('a screenshot is made and shown as their types have it', async () => {
  await using gateway = await openGateway();
  const { shown, screenshot } = await make(gateway, {
    size: 'page',
    tag: ['a', 'b'],
    pdf: 'true',
    hide_ads: '1',
    steps: '[{"command":"click","element":"#a"}]',
  });
  assert.equal(typeof shown.id, 'number');
  const { id, created_at, ...others } = shown;
  assert.ok(id > 0 && !Number.isNaN(Date.parse(created_at)));
  const wanted = {
    status: 'processing',
    url: 'https://example.com',
    final_url: null,
    error: null,
    cost: 1,
    tag: ['a', 'b'],
    finished_at: null,
  };
  const echoed = {
    country: '',
    region: null,
    size: 'page',
    shots: 1,
    html: false,
    pdf: true,
    video: false,
    has_html: false,
    has_pdf: false,
    has_video: false,
  };
  const more = {
    hide_ads: true,
    screen_width: 1024,
    screen_height: 1280,
    delay: 5,
    steps: [{ command: 'click', selector: '#a' }],
    storage_url: null,
  };
  for (const [name, value] of Object.entries({ ...wanted, ...echoed, ...more })) assert.deepEqual(others[name], value, name);
  assert.equal(screenshot.options?.fullPage, true);
});

test('what is wrong is said by their names, all at once', async () => {
  await using gateway = await openGateway();
  const wrong: [Record<string, string | readonly string[]>, string[]][] = [
    [{ url: 'https://example.com', format: 'gif', shots: '2', nonsense: 'x' }, ['format', 'nonsense', 'shots']],
    [{}, ['url']],
    [{ url: 'not a url' }, ['url']],
    [{ url: 'https://example.com', country: 'USA' }, ['country']],
    [{ url: 'https://example.com', country: 'us' }, ['country']],
    [{ url: 'https://example.com', video: 'true', video_speed: '2', video_duration: '31' }, ['video_duration', 'video_speed']],
    [{ url: 'https://example.com', video: 'true', video_format: 'avi' }, ['video_format']],
    [{ url: 'https://example.com', screen_width: '1', screen_height: '99999' }, ['screen_height', 'screen_width']],
    [{ url: 'https://example.com', pdf: '1', pdf_margin: '-1' }, ['pdf_margin']],
    [{ url: 'https://example.com', header: 'X-A: 1\r\nno header' }, ['header']],
    [{ url: 'https://example.com', header: '{"X-A":"1\\r\\nX-B: 2"}' }, ['header']],
    [{ url: 'https://example.com', referer: 'https://a.example/\r\nX-B: 2' }, ['referer']],
    [{ url: 'https://example.com', steps: ['[object Object]', '[object Object]'] }, ['steps']],
    [{ url: 'https://example.com', trackers: '[{"id":"a"}]' }, ['trackers']],
    [{ url: ['https://a.example/', 'https://b.example/'] }, ['url']],
    [{ url: 'https://example.com', __proto__2: 'x', ['__proto__']: 'x' }, ['__proto__', '__proto__2']],
    [{ url: 'https://example.com', tag: 'a\u0000' }, ['tag']],
  ];
  for (const [parameters, fields] of wrong) {
    const { status, json } = await call(gateway, '/screenshot/create', parameters);
    assert.equal(status, 422, JSON.stringify(parameters));
    assert.deepEqual([json.success, json.code, json.error], [false, 'VALIDATION_ERROR', 'Request validation failed']);
    assert.deepEqual(Object.keys(json.fields).sort(), fields, JSON.stringify(json.fields));
    assert.equal(typeof json.details.request_id, 'string');
  }
  assert.equal(gateway.intake.screenshots.size, 0);
});

test('an address that may not be visited is refused as such', async () => {
  await using gateway = await openGateway();
  const { status, json } = await call(gateway, '/screenshot/create', { url: 'http://169.254.169.254/' });
  assert.deepEqual([status, json.code, Object.keys(json.fields)], [422, 'BLOCKED_URL', ['url']]);
});

test('a country has an exit where a proxy for it is set', async () => {
  const proxies = new Map([
    ['us', 'http://user:secret@198.51.99.7:3128'],
    ['de', ''],
  ]);
  await using gateway = await openGateway({ parts: { proxies } });
  const there = await make(gateway, { country: 'US' });
  assert.equal(there.shown.country, 'US');
  assert.equal(there.screenshot.options?.proxy, 'http://user:secret@198.51.99.7:3128');
  assert.ok(!JSON.stringify(there.shown).includes('secret'));
  assert.equal((await make(gateway, { country: 'de' })).screenshot.options?.proxy, '');
  const { status, json } = await call(gateway, '/screenshot/create', { url: 'https://example.com', country: 'fr' });
  assert.equal(status, 422);
  assert.match(json.fields.country[0], /PROXY_FR; there are de, us/);
});

test('apps are ids, or a map of path templates', async () => {
  await using gateway = await openGateway();
  const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  assert.deepEqual((await make(gateway, { apps: [one, two] })).shown.apps, [one, two]);
  await make(gateway, { apps: JSON.stringify({ [one]: 'archive/{domain}/{id}.png' }) });
  assert.deepEqual(
    gateway.desk.checked.map(({ apps }) => apps),
    [{ [one]: '', [two]: '' }, { [one]: 'archive/{domain}/{id}.png' }],
  );
  const { status, json } = await call(gateway, '/screenshot/create', { url: 'https://example.com', apps: 'my-s3' });
  assert.deepEqual([status, Object.keys(json.fields)], [422, ['apps']]);
});

test('a screenshot is found by its number or by its UUID, by its own account alone', async () => {
  await using gateway = await openGateway();
  const { number, id, shown } = await make(gateway);
  for (const name of [number, id])
    assert.deepEqual((await call(gateway, '/screenshot/info', { id: name })).json, { success: true, data: shown });
  const others = await call(gateway, '/screenshot/info', { id: number }, 'key-two');
  assert.deepEqual([others.status, others.json.code, others.json.success], [404, 'NOT_FOUND', false]);
  assert.equal((await call(gateway, '/screenshot/info', { id: '999' })).status, 404);
  for (const bad of ['0', '-1', '1.5', '1e3', 'abc', '9'.repeat(30), "1' or 1=1"])
    assert.deepEqual(Object.keys((await call(gateway, '/screenshot/info', { id: bad })).json.fields), ['id'], bad);
  assert.equal((await call(gateway, '/screenshot/info')).status, 422);
  assert.equal((await call(gateway, '/screenshot/info', { id: ['1', '2'] })).status, 422);
});

test('the ends of a screenshot are finished and error', async () => {
  await using gateway = await openGateway();
  const { number, id, screenshot } = await make(gateway);
  await gateway.complete(id, await picture());
  const finished = (await call(gateway, '/screenshot/info', { id: number })).json.data;
  assert.deepEqual([finished.status, finished.error, typeof finished.finished_at], ['finished', null, 'string']);
  const { pathname, search } = new URL(finished.storage_url);
  assert.equal((await gateway.app.inject(`${pathname}${search}`.replace('/base', ''))).statusCode, 200);
  screenshot.status = ScreenshotStatus.FAILED;
  Object.assign(screenshot, { problem: { $typeName: 'shotwire.capture.v1.Problem', code: 'TIMEOUT', message: 'Too slow.' } });
  const failed = (await call(gateway, '/screenshot/info', { id: number })).json.data;
  assert.deepEqual([failed.status, failed.error, failed.error_code], ['error', 'Too slow.', 'TIMEOUT']);
  screenshot.status = ScreenshotStatus.CANCELLED;
  assert.deepEqual((await call(gateway, '/screenshot/info', { id: number })).json.data.status, 'error');
});

test('lists are arrays, newest first, by what theirs are asked for', async () => {
  await using gateway = await openGateway();
  const made = [];
  for (const path of ['a', 'b', 'c', 'd'])
    made.push(await make(gateway, { url: `https://example.com/${path}`, tag: path === 'a' ? 'first' : 'later' }));
  for (const [at, status] of [
    ScreenshotStatus.PROCESSING,
    ScreenshotStatus.FAILED,
    ScreenshotStatus.COMPLETED,
    ScreenshotStatus.CANCELLED,
  ].entries())
    Object.assign(made[at]?.screenshot ?? assert.fail(), { status });
  const pages = async (path: string, parameters: Record<string, string | readonly string[]>) =>
    (await call(gateway, path, parameters)).json.data.map(({ url }: { url: string }) => url.at(-1)).join('');
  assert.equal(await pages('/screenshot/list', {}), 'dcba');
  assert.equal(await pages('/screenshot/list', { limit: '2', offset: '1' }), 'cb');
  assert.equal(await pages('/screenshot/list', { status: 'error' }), 'db');
  assert.equal(await pages('/screenshot/list', { status: 'error', limit: '1', offset: '1' }), 'b');
  assert.equal(await pages('/screenshot/list', { status: 'finished' }), 'c');
  assert.equal(await pages('/screenshot/list', { status: 'processing', tag: ['first'] }), 'a');
  assert.equal(await pages('/screenshot/search', { url: 'example.com/b' }), 'b');
  assert.equal(await pages('/screenshot/search', { q: 'example.com', 'tag[]': 'first' }), 'a');
  for (const [path, bad] of [
    ['list', { limit: '0' }],
    ['list', { limit: '101' }],
    ['list', { offset: '-1' }],
    ['list', { status: 'done' }],
    ['list', { country: 'us' }],
    ['list', { cursor: 'x' }],
    ['list', { tag: ['a', 'b'] }],
    ['search', {}],
  ] as const)
    assert.equal((await call(gateway, `/screenshot/${path}`, bad)).status, 422, JSON.stringify(bad));
  assert.deepEqual((await call(gateway, '/screenshot/list', {}, 'key-two')).json, { success: true, data: [] });
});

test('a thumbnail is the picture as it is stored, or as it is asked for', async () => {
  await using gateway = await openGateway();
  const { number, id } = await make(gateway);
  assert.deepEqual((await call(gateway, '/screenshot/thumbnail', { id: number })).json.code, 'NOT_READY');
  const stored = await picture();
  await gateway.complete(id, stored);
  assert.deepEqual((await call(gateway, '/screenshot/thumbnail', { id: number })).bytes, stored);
  const cases: [Record<string, string>, { format: string; width: number; height: number }][] = [
    [{ width: '50' }, { format: 'png', width: 50, height: 100 }],
    [{ height: '50' }, { format: 'png', width: 25, height: 50 }],
    [
      { width: '50', height: '50' },
      { format: 'png', width: 25, height: 50 },
    ],
    [
      { width: '50', height: '50', ratio: 'fill' },
      { format: 'png', width: 50, height: 50 },
    ],
    [{ zoom: '50' }, { format: 'png', width: 50, height: 100 }],
    [
      { scale: '0.5', zoom: '50', format: 'jpeg', quality: '10' },
      { format: 'jpeg', width: 25, height: 50 },
    ],
    [
      { left: '10', right: '20', top: '100', format: 'webmp' },
      { format: 'webp', width: 70, height: 100 },
    ],
    [
      { format: 'webp', filename: 'home page.webp' },
      { format: 'webp', width: 100, height: 200 },
    ],
  ];
  for (const [edit, wanted] of cases) {
    const { status, bytes, headers } = await call(gateway, '/screenshot/thumbnail', { id: number, ...edit });
    assert.equal(status, 200, JSON.stringify(edit));
    assert.equal(headers['content-type'], `image/${wanted.format}`);
    const { format, width, height } = await sharp(bytes).metadata();
    assert.deepEqual({ format, width, height }, wanted, JSON.stringify(edit));
    if (edit.filename) assert.equal(headers['content-disposition'], 'attachment; filename="home page.webp"');
  }
});

test('a thumbnail that cannot be is refused, and one of what is gone is gone', async () => {
  await using gateway = await openGateway();
  const { number, id } = await make(gateway);
  await gateway.complete(id, await picture());
  for (const bad of [
    { left: '60', right: '40' },
    { bottom: '200' },
    { width: '0' },
    { width: '100000' },
    { zoom: '101' },
    { scale: '0' },
    { format: 'gif' },
    { shot: '2' },
    { ratio: 'x' },
    { filename: 'a"\r\nX-B: 2' },
    { filename: '../x' },
    { size: '1' },
  ]) {
    const { status, headers, json } = await call(gateway, '/screenshot/thumbnail', { id: number, ...bad });
    assert.deepEqual([status, json?.code, headers['x-b']], [422, 'VALIDATION_ERROR', undefined], JSON.stringify(bad));
  }
  assert.equal(
    (await call(gateway, '/screenshot/thumbnail', { id: number, width: '3999', height: '15000', ratio: 'fill' })).json.code,
    'PICTURE_TOO_LARGE',
  );
  assert.equal((await call(gateway, '/screenshot/thumbnail', { id: number, width: '50' })).status, 200);
  assert.equal((await call(gateway, '/screenshot/thumbnail', { id: number, width: '50' }, 'key-two')).status, 404);
  assert.deepEqual((await call(gateway, '/screenshot/delete', { id: number })).json, { success: true, data: null });
  assert.equal((await call(gateway, '/screenshot/thumbnail', { id: number, width: '50' })).status, 404);
});

test('further results are there when they were asked for', async () => {
  await using gateway = await openGateway();
  const { number, id, screenshot } = await make(gateway);
  assert.equal((await call(gateway, '/screenshot/html', { id: number })).json.code, 'NOT_READY');
  await gateway.complete(id, await picture());
  for (const name of ['html', 'pdf', 'video']) {
    const { status, json } = await call(gateway, `/screenshot/${name}`, { id: number });
    assert.deepEqual([status, json.code], [404, 'NOT_FOUND']);
    assert.match(json.error, /^This screenshot has no (HTML|PDF|video)/);
  }
  const key = `images/${id}.html`;
  await gateway.archive.put({ key, body: Buffer.from('<p>hi'), mimeType: 'text/html', signal: AbortSignal.timeout(5_000) });
  Object.assign(screenshot, {
    artefacts: [create(ArtefactSchema, { name: 'html', key, mimeType: 'text/html', fileSize: 5n })],
  });
  const html = await call(gateway, '/screenshot/html', { id: number });
  assert.deepEqual([html.status, String(html.bytes)], [200, '<p>hi']);
  assert.equal((await call(gateway, '/screenshot/info', { id: number })).json.data.has_html, true);
});

test('a video is a further result of ours, and what is said of one that is not wanted is nothing', async () => {
  await using gateway = await openGateway();
  const { number, id, screenshot, shown } = await make(gateway, { video: 'true', video_format: 'mp4' });
  assert.deepEqual([screenshot.options?.also, screenshot.options?.video?.duration], [[Format.MP4], 15]);
  assert.deepEqual([shown.video, shown.video_format, shown.video_duration, shown.has_video], [true, 'mp4', 15, false]);
  const { screenshot: webm } = await make(gateway, { video: '1', video_duration: '3' });
  assert.deepEqual([webm.options?.also, webm.options?.video?.duration], [[Format.WEBM], 3]);
  const { screenshot: without } = await make(gateway, { video: 'false', video_format: 'mp4', video_duration: '3', video_speed: '2' });
  assert.deepEqual([without.options?.also, without.options?.video], [[], undefined]);

  await gateway.complete(id, await picture());
  const key = `images/${id}.mp4`;
  await gateway.archive.put({ key, body: Buffer.from('a video'), mimeType: 'video/mp4', signal: AbortSignal.timeout(5_000) });
  Object.assign(screenshot, {
    artefacts: [create(ArtefactSchema, { name: 'mp4', key, mimeType: 'video/mp4', fileSize: 7n })],
  });
  const video = await call(gateway, '/screenshot/video', { id: number });
  assert.deepEqual([video.status, String(video.bytes)], [200, 'a video']);
  assert.equal((await call(gateway, '/screenshot/info', { id: number })).json.data.has_video, true);
});

test('a screenshot is deleted as a whole or not at all', async () => {
  await using gateway = await openGateway();
  const { number } = await make(gateway);
  for (const data of ['image', 'metadata', 'url', 'everything']) {
    const { status, json } = await call(gateway, '/screenshot/delete', { id: number, data });
    assert.deepEqual([status, Object.keys(json.fields)], [422, ['data']]);
  }
  assert.equal((await call(gateway, '/screenshot/delete', { id: number, data: 'all' }, 'key-two')).status, 404);
  assert.equal((await call(gateway, '/screenshot/info', { id: number })).status, 200);
  assert.equal((await call(gateway, '/screenshot/delete', { id: number, data: 'all' })).status, 200);
  assert.equal((await call(gateway, '/screenshot/delete', { id: number })).status, 404);
});
