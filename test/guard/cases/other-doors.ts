import { inside } from '../town/place.ts';
import type { Row } from './case.ts';

/** Webhooks go through the same guard. */
const posted: readonly Row[] = [
  ['a loopback literal', 'http://127.0.0.1:PORT/'],
  ['an IPv6 loopback literal', 'http://[::1]:PORT/'],
  ['a mapped literal', 'http://[::ffff:127.0.0.1]:PORT/'],
  ['a decimal number', 'http://2130706433:PORT/'],
  ['localhost', 'http://localhost:PORT/'],
  ['over TLS', 'https://127.0.0.1:PORT/'],
  ['a private literal', `http://${inside.v4}:PORT/`],
  ['a private IPv6 literal', `http://[${inside.v6}]:PORT/`],
  ['metadata', `http://${inside.metadata}:PORT/`],
].map(([name = '', url = '']) => ({
  group: 'webhooks',
  name,
  way: 'posted',
  write: ({ port }) => url.replace('PORT', String(port)),
  loopback: !/private|metadata/.test(name),
}));

const postedToNames: readonly Row[] = [
  { name: 'a name with a private address', records: [[{ a: inside.v4 }]] },
  { name: 'a name with a private address beside a public one', records: [[{ a: inside.v4 }, { a: '93.184.216.34' }]] },
].map(({ name, records }) => ({
  group: 'webhooks',
  name,
  way: 'posted',
  write: ({ name: host, port }) => `http://${host}:${port}/`,
  records,
  loopback: false,
}));

const get = (url: string, host: string) => `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
/** The connection stays open for more. */
const first = (url: string, host: string) => get(url, host).replace('Connection: close\r\n', '');
const connect = (target: string, ahead = '') => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n${ahead}`;
const whatever = 'the proxy refuses this form whatever the guard allows';

/** What a page that has taken its browser over would say to the proxy. */
const said: readonly (readonly [name: string, write: (victim: string, street: string) => string, unprovable?: string])[] = [
  ['a tunnel', (victim) => connect(victim, 'GET / HTTP/1.0\r\n\r\n')],
  ['a tunnel in hexadecimal', (victim) => connect(victim.replace('127.0.0.1', '0x7f.1'))],
  ['a tunnel in lower case', (victim) => connect(victim).replace('CONNECT', 'connect'), whatever],
  ['a tunnel to the proxy itself, and on', (victim) => connect('PROXY', connect(victim))],
  ['the proxy itself, and on', (victim) => first('http://PROXY/', 'PROXY') + get(`http://${victim}/`, victim)],
  ['a second request on a connection', (victim, street) => first(`http://${street}/ok.svg`, street) + get(`http://${victim}/`, victim)],
  ['a request with an upper-case scheme', (victim) => get(`HTTP://${victim}/`, victim)],
  ['origin form', (victim) => get('/', victim), whatever],
  ['another host in Host', (victim, street) => get(`http://${street}/ok.svg`, victim), whatever],
  ['another host in the URL', (victim, street) => get(`http://${victim}/`, street), whatever],
  ['two hosts', (victim, street) => get(`http://${street}/ok.svg`, `${street}\r\nHost: ${victim}`), whatever],
  ['credentials that look like a host', (victim, street) => get(`http://${street}@${victim}/`, victim), whatever],
  ['another scheme', (victim) => get(`ftp://${victim}/`, victim), whatever],
  ['a tunnel to brackets around a name', (victim) => connect(victim.replace('127.0.0.1', '[localhost]')), whatever],
  ['a tunnel with credentials', (victim) => connect(`user@${victim}`), whatever],
  ['a line feed in the target', (victim, street) => connect(`${street}:80\nHost: ${victim}`), whatever],
];

export const otherDoorRows: readonly Row[] = [
  ...posted,
  ...postedToNames,
  ...said.map(
    ([name, write, unprovable]): Row => ({
      group: 'words to the proxy',
      name,
      way: 'said',
      write: ({ port, street }) => write(`127.0.0.1:${port}`, street),
      loopback: true,
      ...(unprovable && { unprovable }),
    }),
  ),
];
