import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { settings } from '@shotwire/capture/settings';
import { CannotStart } from './cannot-start.ts';
import { findProgram, isProgram } from './programs.ts';

/** What npm cannot bring. */
interface Prerequisite {
  /** What a person would call it. */
  readonly name: string;
  /** Debian's packages of it. */
  readonly packages: readonly string[];
  readonly isThere: (env: Environment) => boolean;
  /** Everything starts without it, too. */
  readonly optional?: true;
}

type Environment = Readonly<Record<string, string | undefined>>;

const prerequisites: readonly Prerequisite[] = [
  {
    name: 'chromium-headless-shell (or CHROME_PATH set to one)',
    // Without a font a page is empty boxes.
    packages: ['chromium-headless-shell', 'fonts-liberation'],
    isThere: (env) => isProgram(env[settings.chromePath.env] || (settings.chromePath.fallback ?? '')),
  },
  {
    name: 'nats-server 2.9 or later',
    packages: ['nats-server'],
    isThere: (env) => findProgram('nats-server', env.PATH) !== undefined,
  },
  {
    name: "uBlock Origin's filter lists (or BLOCK_LISTS set to their folder)",
    packages: ['webext-ublock-origin-chromium'],
    isThere: (env) => existsSync(env[settings.blockLists.env] || (settings.blockLists.fallback ?? '')),
  },
  {
    name: 'ffmpeg (or FFMPEG_PATH set to one; without it videos are refused)',
    packages: ['ffmpeg'],
    isThere: (env) => isProgram(env[settings.ffmpegPath.env] || (settings.ffmpegPath.fallback ?? '')),
    optional: true,
  },
  {
    name: 'fonts with emoji, Chinese, Japanese and Korean (without them such text is empty boxes)',
    packages: ['fonts-noto-core', 'fonts-noto-cjk', 'fonts-noto-color-emoji'],
    isThere: () => ['cjk', 'emoji'].every((script) => fontFiles().some((file) => file.toLowerCase().includes(script))),
    optional: true,
  },
];

function fontFiles(): string[] {
  return globSync(['/usr/share/fonts/**/*.{ttf,ttc,otf}', '/usr/local/share/fonts/**/*.{ttf,ttc,otf}']);
}

interface InstallParts {
  env: Environment;
  /** Takes a line for the person at the terminal. */
  log: (line: string) => void;
}

/**
 * Makes sure that Chromium, nats-server, the filter lists, ffmpeg and fonts are there, installing what is missing where apt is and may be used.
 * Elsewhere throws CannotStart with what to install.
 */
export function installPrerequisites({ env, log }: InstallParts): void {
  const missing = () => prerequisites.filter((one) => !one.isThere(env));
  const wanted = missing();
  if (wanted.length === 0) return;

  const packages = wanted.flatMap((one) => one.packages);
  const become = aptPrefix(env);
  if (!become && wanted.every((one) => one.optional)) {
    log(`Not installed: ${list(wanted)}.`);
    return;
  }
  if (!become) throw new CannotStart(`Install ${list(wanted)} first; on Debian: apt-get install ${packages.join(' ')}.`);

  log(`Installing ${packages.join(', ')} ...`);
  // Waits for another apt, and asks nobody anything.
  const apt = [...become, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=300'];
  try {
    run([...apt, 'update']);
    run([...apt, 'install', '-y', '--no-install-recommends', ...packages]);
  } catch (thrown) {
    throw new CannotStart(`apt-get could not install ${packages.join(' ')}; install ${list(wanted)} first.`, { cause: thrown });
  }
  const still = missing().filter((one) => !one.optional);
  if (still.length > 0) throw new CannotStart(`Install ${list(still)} first: the packages ${packages.join(' ')} did not bring it.`);
}

/** How apt-get is called here: as root, by sudo without a question, or not at all. */
function aptPrefix(env: Environment): readonly string[] | undefined {
  if (!findProgram('apt-get', env.PATH)) return undefined;
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0 ? ['sudo', '-n'] : undefined;
}

function run([command = '', ...args]: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 1_200_000 });
}

function list(wanted: readonly Prerequisite[]): string {
  return wanted.map((one) => one.name).join(' and ');
}
