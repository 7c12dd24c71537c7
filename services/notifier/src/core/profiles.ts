import type { CenterDialect } from './body/center.ts';

/** The shape of a webhook's body, its headers and its schedule. */
export type ProfileName = 'run' | 'center' | 'standard';

/** The words of the profile center, of which its model has two sets. */
export type DialectName = CenterDialect;

interface Profile {
  /** Seconds after each failed attempt. */
  schedule: readonly number[];
  /** Whether the body alone is signed too, and the event named in a header, as the model of center does. */
  legacyHeaders: boolean;
}

/** What the profiles differ in beside their bodies. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  run: { schedule: [30, 120, 600], legacyHeaders: false },
  center: { schedule: [30, 120, 600], legacyHeaders: true },
  // The example of the Standard Webhooks specification: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
  standard: { schedule: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400], legacyHeaders: false },
};
