import { type Setting, text } from '@shotwire/config';
import { parseUpstream } from '@shotwire/egress';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Every country that has a name, by its code of ISO 3166-1. */
const countries = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => names.of(code) !== undefined);

type ProxySettings = Readonly<Record<`proxy${string}`, Setting<string | undefined>>>;

/** `PROXY_US` and the like: where requests come out in a country. */
export const proxySettings: ProxySettings = Object.fromEntries(
  countries.map((code) => {
    const given = text(`PROXY_${code}`, {
      default: '',
      secret: true,
      says: `The http proxy that comes out in ${names.of(code)}, for country=${code.toLowerCase()}; or direct, where this installation is there itself.`,
    });
    return [`proxy${code}`, { ...given, allowed: 'http://host:port, http://user:password@host:port, or direct', parse }];
  }),
);

function parse(given: string): string | undefined {
  return given === '' || given === 'direct' || parseUpstream(given).ok ? given : undefined;
}

/** The proxies of an installation by country, in lower case; empty where requests come out there by themselves. */
export function proxiesOf(config: Readonly<Record<`proxy${string}`, string | undefined>>): ReadonlyMap<string, string> {
  const set = countries.map((code) => [code.toLowerCase(), config[`proxy${code}`]] as const);
  return new Map(set.flatMap(([code, proxy]) => (proxy ? [[code, proxy === 'direct' ? '' : proxy] as const] : [])));
}
