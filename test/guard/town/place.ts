/** Where everything stands in a town. */
export interface Place {
  /** Whether the town is three network namespaces; otherwise all of it is this machine's loopback. */
  readonly namespaces: boolean;
  /** The one web server that may be visited, as host and port. */
  readonly street: { readonly host: string; readonly port: number };
  /** The name server that the service asks. */
  readonly dns: { readonly host: string; readonly port: number };
  /** Case n has port `base + n`, wherever its victim is. */
  readonly base: number;
}

/** Public addresses that lead over a link inside the machine and nowhere else. */
export const inNamespaces: Place = {
  namespaces: true,
  street: { host: '93.184.216.34', port: 80 },
  dns: { host: '93.184.216.34', port: 53 },
  base: 20_000,
};

/** The half of it that needs no privileges. */
export function onLoopback(base: number): Place {
  return { namespaces: false, street: { host: '127.0.0.2', port: base - 1 }, dns: { host: '127.0.0.2', port: base - 2 }, base };
}

/** A private address beyond the camera's own machine, one of each family, and the one that clouds hand out credentials at. */
export const inside = { v4: '10.66.0.5', v6: 'fd66::5', metadata: '169.254.169.254' } as const;

/** The server that /etc/resolv.conf names to the camera: whoever asks it went past the service's own resolver. */
export const systemDns = '10.66.0.53';
