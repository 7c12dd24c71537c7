import { inflateSync } from 'node:zlib';

/** A PNG's size, and the colour of any pixel as #rrggbb. Reads what Chrome writes: 8 bits, RGB or RGBA, not interlaced. */
export function readPng(body: Buffer): { width: number; height: number; at: (x: number, y: number) => string } {
  const width = body.readUInt32BE(16);
  const height = body.readUInt32BE(20);
  const channels = body[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < body.length; at += body.readUInt32BE(at) + 12) {
    if (body.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(body.subarray(at + 8, at + 8 + body.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? (pixels[y * stride + x - channels] ?? 0) : 0;
      const up = y > 0 ? (pixels[(y - 1) * stride + x] ?? 0) : 0;
      const corner = y > 0 && x >= channels ? (pixels[(y - 1) * stride + x - channels] ?? 0) : 0;
      pixels[y * stride + x] = (raw[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return { width, height, at: (x, y) => `#${pixels.toString('hex', (y * width + x) * channels, (y * width + x) * channels + 3)}` };
}

/** What a row's filter takes for granted: PNG specification, 9.2. */
function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return Math.floor((left + up) / 2);
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
