import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { assertShows } from './assert-alike.ts';
import { compare } from './compare.ts';
import { openScene, type Scene } from './open-scene.ts';
import { boxOf, crop, type Pixels } from './pixels.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene[Symbol.asyncDispose]());

/** A code point that Unicode keeps unassigned: what is drawn for it is what stands for a letter that no font has. */
const UNKNOWN = '\u0378';

const cell = { width: 150, height: 100, inARow: 8 };

/** Gives a picture of each text, all taken at once. */
async function drawn(texts: readonly string[], query: Record<string, string> = {}): Promise<{ page: Pixels; cells: Pixels[] }> {
  const search = new URLSearchParams([...texts.map((text): [string, string] => ['text', text]), ...Object.entries(query)]);
  const page = await scene.picture(`/golden-letters.html?${search}`, { width: 1200, height: 400 });
  const { width, height, inARow } = cell;
  const cells = texts.map((_, at) => crop(page, { x: (at % inARow) * width, y: Math.floor(at / inARow) * height, width, height }));
  return { page, cells };
}

/** Whether fontconfig knows a font for a language; says so when it does not. */
async function hasFont(language: string, t: TestContext): Promise<boolean> {
  const { stdout } = await promisify(execFile)('fc-list', [`:lang=${language}`, 'family'], { timeout: 10_000 }).catch(() => ({
    stdout: '',
  }));
  if (stdout.trim()) return true;
  t.skip(`no font for ${language} is installed`);
  return false;
}

/** Each alone in its script: were one of them missing it would look like the other, or like nothing. */
const scripts = [
  { script: 'Chinese', language: 'zh-cn', letters: ['漢', '语'] },
  { script: 'Japanese', language: 'ja', letters: ['あ', 'ネ'] },
  { script: 'Korean', language: 'ko', letters: ['한', '글'] },
  { script: 'Arabic', language: 'ar', letters: ['ع', 'ش'] },
  { script: 'Hebrew', language: 'he', letters: ['א', 'ש'] },
  { script: 'Devanagari', language: 'hi', letters: ['क', 'ख'] },
  { script: 'Thai', language: 'th', letters: ['ก', 'ฐ'] },
] as const;

/** Two glyphs differ in more of their cell than this. */
const LITTLE = 0.01;

for (const { script, language, letters } of scripts) {
  test(`${script} is drawn`, async (t) => {
    if (!(await hasFont(language, t))) return;
    const { page, cells } = await drawn([UNKNOWN, ' ', ...letters]);
    await assertShows(page, script, () => {
      for (const [at, one] of cells.entries()) {
        for (const other of cells.slice(at + 1)) {
          if (other !== cells[1]) assert.ok(compare(one, other, 64).share > LITTLE, `cell ${at} looks like cell ${cells.indexOf(other)}`);
        }
      }
    });
  });
}

test('letters take the shape that their neighbours give them', async (t) => {
  if (!(await hasFont('ar', t)) || !(await hasFont('hi', t))) return;
  // Without and with a sign that keeps them apart.
  const { page, cells } = await drawn(['بيت', 'ب\u200cي\u200cت', 'क्ष', 'क्\u200cष']);
  await assertShows(page, 'shapes', () => {
    for (const at of [0, 2]) assert.ok(compare(cells[at] as Pixels, cells[at + 1] as Pixels, 64).share > LITTLE);
  });
});

test('emoji are drawn in their colours', async (t) => {
  if (!(await hasFont('und-zsye', t))) return;
  const { page, cells } = await drawn(['😀', '🍓', '👩🏽‍🌾', '🇨🇭']);
  await assertShows(page, 'emoji', () => {
    for (const [at, emoji] of cells.entries()) {
      const colourful = boxOf(emoji, (red, green, blue) => Math.max(red, green, blue) - Math.min(red, green, blue) > 100);
      assert.ok(colourful && colourful.width > 20 && colourful.height > 20, `emoji ${at} has no colours`);
      // What is joined is one picture, and not its parts in a row.
      const ink = boxOf(emoji, (red, green, blue) => red + green + blue < 700);
      assert.ok(ink && ink.width < 80, `emoji ${at} is ${ink?.width} pixels wide`);
    }
  });
});

test('what is written from right to left begins at the right', async (t) => {
  if (!(await hasFont('ar', t)) || !(await hasFont('he', t))) return;
  const page = await scene.picture('/golden-rtl.html', { width: 1000, height: 400 });
  await assertShows(page, 'rtl', () => {
    for (const line of [0, 1]) {
      const row = crop(page, { x: 0, y: line * 80, width: 1000, height: 80 });
      const first = boxOf(row, (red, green, blue) => red > 200 && green < 80 && blue < 80);
      const last = boxOf(row, (red, green, blue) => blue > 200 && green < 80 && red < 80);
      assert.ok(first && last, `line ${line} has no letters`);
      assert.ok(first.x + first.width > 980, `line ${line} begins at ${first.x + first.width}`);
      assert.ok(first.x > last.x + last.width, `line ${line} goes the other way`);
    }
  });
});

test('a web font is there', async () => {
  const { page, cells } = await drawn(['A', 'B'], { web: '1' });
  await assertShows(page, 'web font', () => {
    // Its A is a square as large as the font; it has no B.
    const black = (red: number, green: number, blue: number) => red + green + blue === 0;
    const square = boxOf(cells[0] as Pixels, (...pixel) => !black(...pixel) && Math.min(...pixel) < 250);
    const box = boxOf(cells[0] as Pixels, black);
    assert.deepEqual([box?.width, box?.height, square], [50, 50, undefined]);
    const fallback = boxOf(cells[1] as Pixels, (red, green, blue) => red + green + blue < 300);
    assert.ok(fallback && fallback.width < 40, 'the letter that the font lacks comes from another');
  });
});
