import { DialectSchema, ProfileSchema, type WebhookApp, wordsOf } from '@shotwire/contract';
import type { DialectName, ProfileName } from './profiles.ts';

/** In which words a webhook is written. */
export interface Wording {
  profile: ProfileName;
  dialect: DialectName;
}

/** Those of a webhook app: `standard` where its owner names no profile. */
export function wordingOfApp({ profile, dialect }: WebhookApp): Wording {
  return {
    profile: (wordsOf(ProfileSchema).get(profile) ?? 'standard') as ProfileName,
    dialect: (wordsOf(DialectSchema).get(dialect) ?? 'done') as DialectName,
  };
}
