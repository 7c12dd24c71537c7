import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const folder = join(import.meta.dirname, 'pages');

/** Where the packages lie once bringPages has been here. */
export const packagesFolder = join(folder, 'node_modules');

/** Full pages of admin-lte whose scripts and styles are all among the packages. */
export const pages: readonly string[] = [
  '/starter.html',
  '/index3.html',
  '/pages/widgets.html',
  '/pages/calendar.html',
  '/pages/UI/general.html',
  '/pages/UI/buttons.html',
  '/pages/UI/icons.html',
  '/pages/UI/timeline.html',
  '/pages/charts/chartjs.html',
  '/pages/charts/uplot.html',
  '/pages/tables/simple.html',
  '/pages/mailbox/mailbox.html',
  '/pages/mailbox/read-mail.html',
  '/pages/search/simple-results.html',
  '/pages/search/enhanced.html',
  '/pages/search/enhanced-results.html',
  '/pages/examples/profile.html',
  '/pages/examples/faq.html',
  '/pages/examples/e-commerce.html',
  '/pages/examples/projects.html',
  '/pages/examples/project-add.html',
  '/pages/examples/project-edit.html',
  '/pages/examples/project-detail.html',
  '/pages/examples/contacts.html',
  '/pages/examples/contact-us.html',
  '/pages/examples/invoice.html',
  '/pages/examples/legacy-user-menu.html',
  '/pages/examples/login.html',
  '/pages/examples/404.html',
  '/pages/layout/top-nav-sidebar.html',
  '/pages/layout/fixed-sidebar-custom.html',
  '/pages/layout/boxed.html',
];

interface BringParts {
  /** Takes a line for the person at the terminal. */
  log: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Brings the packages of pages/package.json that are not there yet. Not by `npm install`: that would bring the
 * hundreds of megabytes that admin-lte is built from.
 */
export async function bringPages({ log, signal }: BringParts): Promise<void> {
  const { dependencies } = await readManifest(folder);
  const lacking: Wanted[] = [];
  for (const [name, version] of Object.entries(dependencies)) {
    const place = join(packagesFolder, name);
    const there = await readManifest(place).catch(() => undefined);
    // A package that is there twice has an alias: npm:name@version.
    if (there?.version !== version.split('@').at(-1)) lacking.push({ spec: `${name}@${version}`, place });
  }
  if (lacking.length === 0) return;
  log(`bringing ${lacking.map(({ spec }) => spec).join(', ')}`);
  await bring(lacking, signal);
}

interface Wanted {
  spec: string;
  place: string;
}

async function bring(wanted: readonly Wanted[], signal: AbortSignal): Promise<void> {
  const run = promisify(execFile);
  const options = { signal, timeout: 120_000 };
  const temporary = await mkdtemp(join(tmpdir(), 'bench-pages-'));
  try {
    const specs = wanted.map(({ spec }) => spec);
    // All by one npm, whose start takes longer than a package; it names the tarballs in the order of the packages.
    const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', ...specs], { ...options, cwd: temporary });
    const tarballs = stdout.trim().split('\n');
    for (const [index, { spec, place }] of wanted.entries()) {
      const tarball = tarballs[index];
      if (!tarball) throw new Error(`npm pack brought nothing for ${spec}`);
      // Beside its place, so that it can be renamed into it whole.
      const fresh = `${place}.new`;
      await rm(fresh, { recursive: true, force: true });
      await mkdir(fresh, { recursive: true });
      await run('tar', ['-xzf', join(temporary, tarball), '-C', fresh, '--strip-components=1'], options);
      await rm(place, { recursive: true, force: true });
      await mkdir(dirname(place), { recursive: true });
      await rename(fresh, place);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

interface Manifest {
  version?: string;
  dependencies: Readonly<Record<string, string>>;
}

async function readManifest(of: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(of, 'package.json'), 'utf8')) as Manifest;
}
