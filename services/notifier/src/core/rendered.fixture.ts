import type { Event, Instant } from '@shotwire/contract';
import { renderBody } from './body.ts';
import type { DialectName, ProfileName } from './profiles.ts';

interface Wanted {
  profile: ProfileName;
  dialect?: DialectName;
  publicUrl?: URL;
}

/** The body of an event as its first attempt on 2026-03-09 has it, and what it says. */
export function rendered(event: Event, { profile, dialect = 'done', publicUrl = new URL('https://shots.example.com') }: Wanted) {
  const body = renderBody({
    event,
    profile,
    dialect,
    publicUrl,
    sentAt: '2026-03-09T10:30:05.500000Z' as Instant,
    imageLink: ({ accountId, screenshotId, mimeType }) =>
      `https://shots.example.com/images/${accountId}/${screenshotId}.${mimeType.split('/')[1]}?expires=1773657005&signature=c2lnbmF0dXJl`,
  });
  return { body, said: JSON.parse(body) };
}
