interface FlagParts {
  /** The proxy of what has no proxy of its own: it refuses everything. */
  denyAllProxy: string;
  /** The profile folder is made by us so that it can be removed by us. */
  sandbox: boolean;
  userAgent: string;
}

/** The switches Chrome is started with, beside puppeteer's own. */
export function flags({ denyAllProxy, sandbox, userAgent }: FlagParts): string[] {
  return [
    `--user-agent=${userAgent}`,
    // A context that came without its own proxy must reach nothing.
    `--proxy-server=${denyAllProxy}`,
    // Chrome's implicit bypass list holds localhost, 127/8 and 169.254/16: this entry takes them off it.
    '--proxy-bypass-list=<-loopback>',
    // headless-shell heeds the first of these two, full Chrome the second; without them STUN leaves past the proxy.
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
    // One renderer for each context: a page of another site then costs no new process. Contexts share none, with or without this.
    '--renderer-process-limit=1',
    '--disable-site-isolation-trials',
    '--disable-quic',
    '--no-pings',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-sync',
    '--no-first-run',
    '--mute-audio',
    '--hide-scrollbars',
    // Software raster: the same picture on every machine, and no GPU process to lose.
    '--disable-gpu',
    // Images with decoding=async would be left out of the first frames, and so of the picture.
    '--disable-checker-imaging',
    // A container's /dev/shm is 64 MiB unless someone thought of it; a page can need more.
    '--disable-dev-shm-usage',
    ...(sandbox ? [] : ['--no-sandbox']),
  ];
}

/** The user agent of desktop Chrome, in the reduced form that Chrome itself sends. */
export function desktopUserAgent(chromeMajor: string): string {
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chromeMajor}.0.0.0 Safari/537.36`;
}
