import { text } from '@shotwire/config';

const leastCharacters = 16;
const linksKey = text('LINKS_KEY', {
  secret: true,
  says: 'Signs links to images that work without an API key. Another one ends all links that are out.',
});

/** What links are signed with: the same for who makes them and who honours them. */
export const linksSettings = {
  linksKey: {
    ...linksKey,
    allowed: `a text of at least ${leastCharacters} characters`,
    parse: (given: string) => (given.length >= leastCharacters ? given : undefined),
  },
};
