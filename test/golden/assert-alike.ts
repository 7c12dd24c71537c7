import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { compare, type Tolerance } from './compare.ts';
import { encode, type Pixels } from './pixels.ts';

const folder = join(import.meta.dirname, 'failed');

/**
 * Asserts that a picture shows what another one does. Before it fails it keeps both pictures and their difference in test/golden/failed,
 * under the name.
 */
export async function assertAlike(
  actual: Pixels,
  expected: Pixels,
  { name, tolerance }: { name: string; tolerance: Tolerance },
): Promise<void> {
  const { share, most, picture } = compare(actual, expected, tolerance.channel);
  const sameSize = actual.width === expected.width && actual.height === expected.height;
  if (sameSize && share <= tolerance.share) return;
  const kept = await keep(name, { actual, expected, difference: picture });
  const sizes = sameSize ? '' : `, it has ${actual.width} × ${actual.height} pixels and not ${expected.width} × ${expected.height}`;
  assert.fail(
    `${name}: ${percent(share)} of the pixels differ by more than ${tolerance.channel} (the most by ${most}), ` +
      `${percent(tolerance.share)} may${sizes}. See ${kept.join(', ')}`,
  );
}

/** Asserts that a picture of a page is as it should be; keeps it in test/golden/failed, under the name, before that fails. */
export async function assertShows(actual: Pixels, name: string, look: (actual: Pixels) => void): Promise<void> {
  try {
    look(actual);
  } catch (thrown) {
    const [file] = await keep(name, { actual });
    if (thrown instanceof Error) thrown.message += `\nSee ${file}`;
    throw thrown;
  }
}

async function keep(name: string, pictures: Readonly<Record<string, Pixels>>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const writing = Object.entries(pictures).map(async ([role, pixels]) => {
    const file = join(folder, `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${role}.png`);
    await writeFile(file, await encode(pixels));
    return relative(process.cwd(), file);
  });
  return Promise.all(writing);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}
