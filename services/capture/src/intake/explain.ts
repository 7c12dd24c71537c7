import { create } from '@bufbuild/protobuf';
import { CreateScreenshotRequestSchema, type IntakeService, OptionsSchema, withoutSecrets } from '@shotwire/contract';
import { type AllowEntry, checkUrl } from '@shotwire/egress';
import type { Implementation } from '@shotwire/rpc';
import { fingerprintOf } from '../core/fingerprint.ts';
import { wantedFormats } from '../core/formats.ts';
import { type ExactOptions, makeExact } from '../core/options.ts';
import { canonicalOptions } from '../core/spelled-options.ts';
import { type AcceptedWish, acceptWish } from '../core/wish.ts';
import type { IntakeParts } from './parts.ts';

/** What can be said of pictures before their page is seen. */
export type ForetellPictures = (options: ExactOptions, formats: readonly ('png' | 'jpeg' | 'webp' | 'avif')[]) => string[];

/** What a wish would come to, without making it. */
export function explainCalls(parts: IntakeParts): Pick<Implementation<typeof IntakeService>, 'explainScreenshot'> {
  const { devices, foretell, egressAllow } = parts;
  return {
    async explainScreenshot({ wish = create(CreateScreenshotRequestSchema) }) {
      const { announcement: _, ...asked } = wish;
      const accepted = acceptWish(create(CreateScreenshotRequestSchema, asked), parts);
      const exact = makeExact(accepted.options, devices);
      const formats = wantedFormats(exact).flatMap(({ raster, word }) => (raster ? [word as 'png'] : []));
      return {
        options: withoutSecrets(OptionsSchema, exact),
        cacheKey: fingerprintOf(accepted).toString('hex'),
        warnings: [...foretell(exact, formats), ...warningsOf(accepted, parts)],
        blocked: blockedOf(accepted, egressAllow),
      };
    },
  };
}

function* warningsOf(wish: AcceptedWish, { retentionHours }: Pick<IntakeParts, 'retentionHours'>): Iterable<string> {
  const { options, url, cacheTtlS, expiresInS } = wish;
  const keptS = expiresInS ?? retentionHours * 3600;
  if (cacheTtlS > keptS) yield `Results are kept for ${keptS} seconds: nothing older is there to be taken, whatever cache_ttl allows.`;
  if (url === '' || canonicalOptions(withoutSecrets(OptionsSchema, options)) !== canonicalOptions(options))
    yield 'It cannot be retried, nor replayed with its batch: secrets, and pages that come with a wish, are not kept beyond its end.';
}

function blockedOf({ url }: AcceptedWish, allow: readonly AllowEntry[]): string {
  const verdict = url === '' ? undefined : checkUrl(url, { allow });
  return verdict && !verdict.ok ? verdict.reason : '';
}
