import type { Row } from './case.ts';

/** Hosts that mean a forbidden address to somebody. */
const spellings: readonly (readonly [name: string, url: string, unprovable?: string])[] = [
  ['one decimal number', 'http://2130706433:PORT/'],
  ['one octal number', 'http://017700000001:PORT/'],
  ['one hexadecimal number', 'http://0x7f000001:PORT/'],
  ['octal parts', 'http://0177.0.0.01:PORT/'],
  ['hexadecimal parts', 'http://0x7f.0x0.0x0.0x1:PORT/'],
  ['mixed parts', 'http://0x7f.0.1:PORT/'],
  ['two parts', 'http://127.1:PORT/'],
  ['three parts', 'http://127.0.1:PORT/'],
  ['leading zeros', 'http://0000177.0.0.1:PORT/'],
  ['metadata as one number', 'http://2852039166:PORT/'],
  ['metadata as hexadecimal parts', 'http://0xa9.0xfe.0xa9.0xfe:PORT/'],
  ['zero', 'http://0:PORT/'],
  ['circled digits', 'http://①②⑦.⓪.⓪.①:PORT/'],
  ['full-width digits', 'http://１２７.０.０.１:PORT/'],
  ['ideographic dots', 'http://127。0。0。1:PORT/'],
  ['half-width ideographic dots', 'http://127｡0｡0｡1:PORT/'],
  ['a trailing dot', 'http://127.0.0.1.:PORT/'],
  ['an upper-case scheme', 'HTTP://127.0.0.1:PORT/'],
  ['tabs in the scheme', 'h\tt\ttp://127.0.0.1:PORT/'],
  ['newlines in the host', 'http://127.\n0.0\r.1:PORT/'],
  ['leading white space', ' \t\nhttp://127.0.0.1:PORT/'],
  ['backslashes', 'http:\\\\127.0.0.1:PORT\\'],
  ['one slash too few', 'https:/127.0.0.1:PORT/'],
  ['slashes too many', 'http:////127.0.0.1:PORT/'],
  ['credentials before it', 'http://example.com@127.0.0.1:PORT/'],
  ['a password that looks like a host', 'http://user:example.com@127.0.0.1:PORT/'],
  ['a backslash for a slash', 'http://127.0.0.1:PORT\\@example.com/'],
  ['a percent-encoded host', 'http://%31%32%37%2e0%2e0%2e1:PORT/'],
  ['a soft hyphen', 'http://127.0\u00ad.0.1:PORT/'],
  ['a zero-width space', 'http://127.0.0\u200b.1:PORT/'],
  ['localhost', 'http://localhost:PORT/'],
  ['LOCALHOST with a dot', 'http://LOCALHOST.:PORT/'],
  ['a name under localhost', 'http://a.b.localhost:PORT/'],
  ['localhost in full-width letters', 'http://ｌｏｃａｌｈｏｓｔ:PORT/'],
  ['an IPv6 address in full', 'http://[0:0:0:0:0:0:0:1]:PORT/'],
  ['an IPv6 address with leading zeros', 'http://[0000::0001]:PORT/'],
  ['a mapped address in dots', 'http://[::ffff:127.0.0.1]:PORT/'],
  ['a mapped address in capitals', 'http://[::FFFF:7F00:1]:PORT/'],
  ['a zone id', 'http://[::1%25lo]:PORT/', 'Chrome takes a host with a zone id for no URL'],
  ['brackets around a name', 'http://[localhost]:PORT/', 'Chrome takes brackets around a name for no URL'],
  ['brackets around an IPv4 address', 'http://[127.0.0.1]:PORT/', 'Chrome takes brackets around IPv4 for no URL'],
  ['a number past 32 bits', 'http://6425673729:PORT/', 'Chrome takes a number past 32 bits for no host'],
];

/** Spellings of hosts, each embedded in a page and captured itself. */
export const spellingRows: readonly Row[] = spellings.flatMap(([name, url, unprovable]) =>
  (['embedded', 'visited'] as const).map((way) => {
    const why =
      unprovable ?? (way === 'embedded' && /credentials|password/.test(name) && 'Chrome embeds nothing with credentials in its URL');
    return {
      group: `spellings, ${way}`,
      name,
      way,
      write: ({ port }) => url.replace('PORT', String(port)),
      loopback: !/metadata|zero$/.test(name),
      ...(why && { unprovable: why }),
    };
  }),
);
