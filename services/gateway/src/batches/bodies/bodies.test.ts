import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { openGateway } from '../../gateway.fixture.ts';

let gateway: Awaited<ReturnType<typeof openGateway>>;
before(async () => {
  gateway = await openGateway();
});
after(() => gateway[Symbol.asyncDispose]());
beforeEach(() => {
  gateway.intake.askedBatches.length = 0;
});

const path = '/api/v1/batches';
const a = 'https://example.com/a';

interface Sending {
  body: string;
  type: string;
  query?: string;
}

const send = ({ body, type, query = '' }: Sending) => gateway.ask('POST', path + query, { body, headers: { 'content-type': type } });

interface Part {
  name: string;
  value: string;
  file?: string;
  type?: string;
}

/** A form as curl writes it. */
function form(parts: readonly Part[], { end = '--edge--\r\n' } = {}): Sending {
  const written = parts.map(({ name, value, file, type }) => {
    const named = `content-disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"`}`;
    return `--edge\r\n${named}\r\n${type ? `content-type: ${type}\r\n` : ''}\r\n${value}\r\n`;
  });
  return { body: written.join('') + end, type: 'multipart/form-data; boundary=edge' };
}

/** The rows that reached capture, and what holds for all. */
function asked() {
  assert.equal(gateway.intake.askedBatches.length, 1);
  return gateway.intake.askedBatches[0] ?? assert.fail();
}

test('a table: its first row names options, an empty cell says nothing, lists and objects are JSON', async () => {
  const table = [
    '\ufeffurl, width,full_page,tags,cookies,metadata,external_id',
    `${a}?q=1,800,TRUE,"[""x"",""y""]","[{""name"":""n"",""value"":""v""}]","{""k"":""v, w""}","two`,
    `lines"`,
    ',,,,,,',
    '',
    `"${a}?q=a,b",,,one`,
  ].join('\r\n');
  const { status, json } = await send({
    body: table.replaceAll('two\r\nlines', 'two lines'),
    type: 'text/csv; charset=utf-8',
    query: '?full_page=false&width=640',
  });
  assert.equal(status, 202, JSON.stringify(json));
  assert.equal(json.total, 2);
  const { rows, common } = asked();
  const [first, second] = rows;
  assert.deepEqual([first?.url, second?.url], [`${a}?q=1`, `${a}?q=a,b`]);
  assert.deepEqual([first?.options?.width, first?.options?.fullPage, first?.options?.cookies[0]?.name], [800, true, 'n']);
  assert.deepEqual([first?.tags, first?.metadata, first?.externalId], [['x', 'y'], { k: 'v, w' }, 'two lines']);
  assert.deepEqual([second?.options?.width, second?.options?.fullPage, second?.tags], [undefined, undefined, ['one']]);
  assert.deepEqual([common?.options?.width, common?.options?.fullPage], [640, false]);
});

test('a text: a URL on each line, with empty ones and comments between', async () => {
  const { status } = await send({ body: `# mine\n\n ${a} \r\n\r${a}?2\n#${a}?3`, type: 'text/plain', query: '?width=640&tags=x&tags=y' });
  assert.equal(status, 202);
  const { rows, common } = asked();
  assert.deepEqual(
    rows.map(({ url }) => url),
    [a, `${a}?2`],
  );
  assert.deepEqual([common?.options?.width, common?.tags], [640, ['x', 'y']]);
});

for (const [what, file, type] of [
  ['.txt', 'urls.txt', undefined],
  ['.TXT', 'URLS.TXT', 'application/octet-stream'],
  ['its type', 'blob', 'text/plain'],
] as const) {
  test(`a form with a file that is a text by ${what}, and fields beside it`, async () => {
    const fields = [
      { name: 'width', value: '640' },
      { name: 'tags', value: 'x' },
      { name: 'tags', value: 'y' },
      { name: 'webhook_headers', value: '{"x-a":"b"}' },
      { name: 'webhook_url', value: 'https://hooks.example.com' },
    ];
    const { status, json } = await send(form([...fields, { name: 'file', value: `${a}\n${a}?2\n`, file, ...(type && { type }) }]));
    assert.equal(status, 202, JSON.stringify(json));
    const { rows, common } = asked();
    assert.deepEqual([rows.length, common?.options?.width, common?.tags], [2, 640, ['x', 'y']]);
  });
}

test('a form with a table', async () => {
  const { status } = await send(form([{ name: 'file', value: `url,width\n${a},800`, file: 'rows.csv', type: 'application/vnd.ms-excel' }]));
  assert.equal(status, 202);
  assert.equal(asked().rows[0]?.options?.width, 800);
});

test('ten thousand rows are a batch, in each language', async () => {
  const lines = Array.from({ length: 10_000 }, (_, n) => `${a}?${n}`).join('\n');
  assert.equal((await send({ body: lines, type: 'text/plain' })).status, 202);
  assert.equal((await send({ body: `url\n${lines}`, type: 'text/csv' })).status, 202);
  assert.equal((await send(form([{ name: 'file', value: lines, file: 'urls.txt' }]))).status, 202);
  assert.deepEqual(
    gateway.intake.askedBatches.map(({ rows }) => [rows.length, rows.at(-1)?.url]),
    Array.from({ length: 3 }, () => [10_000, `${a}?9999`]),
  );
});

const tooMany = `url\n${`${a}\n`.repeat(10_001)}`;
const file = { name: 'file', file: 'urls.txt', value: a };

const refused: [what: string, sending: Sending, fields: Record<string, RegExp>][] = [
  ['a table of 10,001 rows', { body: tooMany, type: 'text/csv' }, { rows: /1 to 10,000; here are more/ }],
  ['a text of 10,001 lines', { body: tooMany.slice(4), type: 'text/plain' }, { rows: /1 to 10,000; here are more/ }],
  ['a table without rows', { body: 'url,width\n', type: 'text/csv' }, { rows: /here is none/ }],
  ['a table without anything', { body: '', type: 'text/csv' }, { rows: /here is none/ }],
  ['a text of comments', { body: '# nothing\n\n', type: 'text/plain' }, { rows: /here is none/ }],
  [
    'what is wrong with rows of a table, with their numbers',
    { body: `url,width,full_page\n${a},800,true\nftp://x,wide,perhaps\n${a},1,,more`, type: 'text/csv' },
    {
      'rows[2].url': /http/,
      'rows[2].width': /whole number/,
      'rows[2].full_page': /true or false/,
      'rows[3].width': /from/,
      'rows[3]': /more cells/,
    },
  ],
  ['lines that are no URLs, with their numbers', { body: `# x\r\n\r\n${a}\r\nnothing`, type: 'text/plain' }, { 'lines[4]': /URL|http/ }],
  ['a table without url', { body: 'width\n800', type: 'text/csv' }, { header: /no url/ }],
  ['columns that are none, or twice', { body: `url,url,__proto__,constructor,wide\n${a}`, type: 'text/csv' }, { header: /twice: url/ }],
  [
    'a column of who is told',
    { body: `url,webhook_url\n${a},https://x.example`, type: 'text/csv' },
    { header: /none of an option: webhook_url/ },
  ],
  ['__proto__ in a cell', { body: `url,metadata\n${a},"{""__proto__"":""x""}"`, type: 'text/csv' }, { 'rows[1].metadata': /JSON object/ }],
  [
    'a wrong option in the query',
    { body: a, type: 'text/plain', query: '?width=wide&nothing=1' },
    { width: /whole number/, nothing: /unknown/ },
  ],
  ['a source in the query', { body: a, type: 'text/plain', query: '?urls=x' }, { urls: /unknown/ }],
  ['a form without a file', form([{ name: 'width', value: '640' }]), { file: /is required/ }],
  ['a form of nothing', form([]), { file: /is required/ }],
  ['a file that is a field', form([{ name: 'file', value: a }]), { file: /must be a file/ }],
  ['two files', form([file, file]), { file: /must be one file/ }],
  ['three files', form([file, file, file]), { file: /must be one file/ }],
  ['a file by another name', form([file, { ...file, name: 'more' }]), { more: /may be called file/ }],
  ['a file of another kind', form([{ ...file, file: 'rows.xlsx' }]), { file: /\.csv or a \.txt/ }],
  [
    'unknown and wrong fields',
    form([{ name: 'nothing', value: '1' }, { name: 'urls', value: '[]' }, file]),
    { nothing: /unknown/, urls: /unknown/ },
  ],
  ['a field that is wrong', form([{ name: 'width', value: 'wide' }, file]), { width: /whole number/ }],
  [
    'more fields than there are options',
    form([...Array.from({ length: 201 }, () => ({ name: 'tags', value: 'x' })), file]),
    { body: /200 fields/ },
  ],
];

for (const [what, sending, fields] of refused) {
  test(`${what}: 422, with the place, and nothing is asked of capture`, async () => {
    const { status, json } = await send(sending);
    assert.deepEqual([status, json?.error?.code], [422, 'VALIDATION_ERROR'], JSON.stringify(json));
    assert.deepEqual(Object.keys(json.error.details).sort(), Object.keys(fields).sort());
    for (const [field, sentence] of Object.entries(fields)) assert.match(json.error.details[field].join('; '), sentence);
    assert.equal(gateway.intake.askedBatches.length, 0);
  });
}

const malformed: [what: string, sending: Sending, says: RegExp][] = [
  ['a quote that is not closed', { body: `url,tags\n${a},"x\n${a},y`, type: 'text/csv' }, /a quote is wrong near line/],
  ['a quote in the middle', { body: `url,tags\n${a},x"y"\n`, type: 'text/csv' }, /a quote is wrong near line 2/],
  ['a form that is cut off', form([file], { end: '' }), /not a valid form/],
  ['a form that ends in a header', { body: '--edge\r\ncontent-dispo', type: 'multipart/form-data; boundary=edge' }, /not a valid form/],
  ['a form without its edge', { body: form([file]).body, type: 'multipart/form-data' }, /not a valid form/],
  ['a form with another edge', { body: form([file]).body, type: 'multipart/form-data; boundary=other' }, /not a valid form/],
  ['a field that is __proto__', form([{ name: '__proto__', value: 'x' }, file]), /not a valid form/],
  ['a file that is __proto__', form([{ ...file, name: '__proto__' }, file]), /not a valid form/],
  ['a field that says it is JSON and is none', form([{ name: 'tags', value: '[', type: 'application/json' }, file]), /not a valid form/],
];

for (const [what, sending, says] of malformed) {
  test(`${what}: 400, and nothing is asked of capture`, async () => {
    const { status, json } = await send(sending);
    assert.deepEqual([status, json?.error?.code], [400, 'MALFORMED_BODY'], JSON.stringify(json));
    assert.match(json.error.message, says);
    assert.equal(gateway.intake.askedBatches.length, 0);
  });
}

test('bytes that are no UTF-8: 400', async () => {
  for (const type of ['text/csv', 'text/plain']) {
    const headers = { authorization: 'Bearer key-one', 'content-type': type };
    const payload = Buffer.from('url\nhttps://example.com/\xe4', 'latin1');
    const answer = await gateway.app.inject({ method: 'POST', url: path, headers, payload });
    assert.deepEqual([answer.statusCode, answer.json().error.message], [400, 'The body is not text in UTF-8.']);
  }
});

test('what a file is called is looked at for its kind, and for nothing else', async () => {
  for (const name of ['../../etc/passwd', 'C:\\\\urls', 'a%0d%0ax-injected: 1', ''.padEnd(300, 'x')]) {
    const { status, headers, bytes } = await send(form([{ ...file, file: name }]));
    assert.equal(status, 202, bytes.toString());
    assert.equal(headers['x-injected'], undefined);
  }
});

for (const type of ['application/x-www-form-urlencoded', 'application/xml', 'text/html', 'text/csvx']) {
  test(`a body that is ${type}: 415, with what it may be`, async () => {
    const { status, json } = await send({ body: a, type });
    assert.equal(status, 415);
    assert.match(json.error.message, /application\/json, text\/csv, text\/plain or multipart\/form-data/);
  });
}

test('no body at all is no batch', async () => {
  const { status, json } = await gateway.ask('POST', path);
  assert.deepEqual([status, json.error.details], [422, { body: ['must be a JSON object'] }]);
});

test('a body, a file and fields that are too large together: 413', async () => {
  const large = 'x'.repeat(8 * 1024 * 1024 + 1);
  for (const sending of [
    { body: large, type: 'text/plain' },
    form([{ ...file, value: large }]),
    form([{ name: 'tags', value: 'x'.repeat(600_000) }, file]),
  ]) {
    const { status, json } = await send(sending);
    assert.deepEqual([status, json.error.code], [413, 'BODY_TOO_LARGE']);
  }
  assert.equal(gateway.intake.askedBatches.length, 0);
});
