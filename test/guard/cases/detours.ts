import { inside } from '../town/place.ts';
import type { Row } from './case.ts';

const victims = [`127.0.0.1`, `[::1]`, inside.v4, `[${inside.v6}]`, inside.metadata];

/** Pages of the street that send their visitor on. */
const detours: Readonly<Record<string, string>> = {
  'a 301': '/to?status=301&to=',
  'a 302': '/to?status=302&to=',
  'a 303': '/to?status=303&to=',
  'a 307': '/to?status=307&to=',
  'a 308': '/to?status=308&to=',
  'three redirects': '/to?n=3&to=',
  'a Refresh header': '/refresh?to=',
  'a meta refresh': '/meta?to=',
  'location =': '/script?to=',
  'a form that posts itself': '/form?to=',
  'a link that clicks itself': '/click?to=',
};

const elsewhere: readonly Row[] = Object.entries(detours).flatMap(([name, path], index) =>
  [0, 1].map((turn) => {
    const victim = victims[(index * 2 + turn) % victims.length] as string;
    return {
      group: 'detours, visited',
      name: `${name} to ${victim}`,
      way: 'visited',
      write: ({ street, port }) => `http://${street}${path}${encodeURIComponent(`http://${victim}:${port}/`)}`,
      loopback: victim === '127.0.0.1' || victim === '[::1]',
    };
  }),
);

const embedded: readonly Row[] = Object.entries(detours)
  .slice(0, 6)
  .map(([name, path], index) => {
    const victim = victims[index % victims.length] as string;
    return {
      group: 'detours, embedded',
      name: `${name} to ${victim}`,
      way: 'embedded',
      write: ({ street, port }) => `http://${street}${path}${encodeURIComponent(`http://${victim}:${port}/`)}`,
      loopback: victim === '127.0.0.1' || victim === '[::1]',
    };
  });

const [street, street6] = ['93.184.216.34', '2606:2800:220:1::34'];

/** Names whose answer is not one public address. */
const answers: readonly Row[] = [
  { name: 'a private address beside a public one', records: [[{ a: inside.v4 }, { a: street }]] },
  { name: 'loopback beside a public address', records: [[{ a: '127.0.0.1' }, { a: street }]] },
  { name: 'a private AAAA beside a public A', records: [[{ aaaa: inside.v6 }, { a: '93.184.216.35' }]] },
  { name: 'metadata beside public addresses of both families', records: [[{ a: inside.metadata }, { a: street }, { aaaa: street6 }]] },
  { name: 'an alias of a private name', records: [[{ cname: 'intranet.guard.test' }, { a: inside.v4 }]] },
  { name: 'an alias of an alias of loopback', records: [[{ cname: 'b.guard.test' }, { cname: 'c.guard.test' }, { a: '127.0.0.1' }]] },
  { name: 'an alias of a name with a private AAAA', records: [[{ cname: 'intranet.guard.test' }, { aaaa: inside.v6 }]] },
].map(({ name, records }) => ({
  group: 'answers of a name server',
  name,
  way: 'embedded',
  write: ({ name: host, port }) => `http://${host}:${port}/`,
  records: records as NonNullable<Row['records']>,
  loopback: false,
}));

/** Names that are public when first asked for, and no longer when asked again. */
const rebinding: readonly Row[] = [
  { name: 'a public A, then a private one', records: [[{ a: street }], [{ a: inside.v4 }]] },
  { name: 'a public A, then loopback', records: [[{ a: street }], [{ a: '127.0.0.1' }]] },
  { name: 'a public A, then metadata', records: [[{ a: street }], [{ a: inside.metadata }]] },
  { name: 'a public AAAA, then a private one', records: [[{ aaaa: street6 }], [{ aaaa: inside.v6 }]] },
  { name: 'a public A, then an alias of a private name', records: [[{ a: street }], [{ cname: 'intranet.guard.test' }, { a: inside.v4 }]] },
  { name: 'a public A, then the same with a private one before it', records: [[{ a: street }], [{ a: inside.v4 }, { a: street }]] },
].map(({ name, records }) => ({
  group: 'rebinding',
  name,
  way: 'revisited',
  write: ({ name: host, port }) => `http://${host}:${port}/`,
  records: records as NonNullable<Row['records']>,
  loopback: false,
}));

export const detourRows: readonly Row[] = [...elsewhere, ...embedded, ...answers, ...rebinding];
