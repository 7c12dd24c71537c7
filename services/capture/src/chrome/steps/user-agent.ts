import type { Protocol } from 'puppeteer';

interface System {
  marks: RegExp;
  /** As navigator.platform has it. */
  platform: string;
  /** As client hints have it. */
  name: string;
  version?: RegExp;
  handheld?: boolean;
}

/** Systems by what their user agents say; the first that fits counts. */
const systems: readonly System[] = [
  { marks: /iPhone/, platform: 'iPhone', name: 'iOS', handheld: true },
  { marks: /iPad/, platform: 'iPad', name: 'iOS', handheld: true },
  { marks: /Android/, platform: 'Linux armv81', name: 'Android', version: /Android ([\d.]+)/, handheld: true },
  { marks: /Windows/, platform: 'Win32', name: 'Windows', version: /Windows NT ([\d.]+)/ },
  { marks: /Macintosh/, platform: 'MacIntel', name: 'macOS', version: /Mac OS X ([\d._]+)/ },
  { marks: /CrOS/, platform: 'Linux x86_64', name: 'Chrome OS' },
  { marks: /./, platform: 'Linux x86_64', name: 'Linux' },
];

/** What a browser says of itself besides its user agent, so that the two do not contradict each other. */
export interface Agent {
  userAgent: string;
  platform: string;
  /** Undefined for browsers that know no client hints: none are sent then. */
  userAgentMetadata?: Protocol.Emulation.UserAgentMetadata;
}

/** The rest of an agent, from its user agent. */
export function agentOf(userAgent: string): Agent {
  const system = systems.find(({ marks }) => marks.test(userAgent)) as System;
  const chrome = /Chrome\/(\d+)((?:\.\d+)*)/.exec(userAgent);
  const { platform, name, version, handheld = false } = system;
  if (!chrome) return { userAgent, platform };
  const [, major = '', rest] = chrome;
  const own = /Edg\/(\d+)/.test(userAgent) ? 'Microsoft Edge' : 'Google Chrome';
  const brands = [
    { brand: 'Not:A-Brand', version: '8' },
    { brand: 'Chromium', version: major },
    { brand: own, version: major },
  ];
  const model = /Android [\d.]+; ([^;)]+?)(?: Build\/[^;)]*)?\)/.exec(userAgent)?.[1] ?? '';
  return {
    userAgent,
    platform,
    userAgentMetadata: {
      brands,
      fullVersionList: brands.map(({ brand, version: short }) => ({ brand, version: short === major ? major + rest : `${short}.0.0.0` })),
      platform: name,
      platformVersion: version?.exec(userAgent)?.[1]?.replaceAll('_', '.') ?? '',
      architecture: handheld ? '' : 'x86',
      bitness: handheld ? '' : '64',
      // A reduced user agent names every model K.
      model: model === 'K' ? '' : model,
      mobile: /Mobile/.test(userAgent),
      wow64: false,
    },
  };
}
