/** What a filter list is against. */
export const purposes = ['ads', 'trackers', 'cookies', 'chats'] as const;

/** What a filter list is against. */
export type Purpose = (typeof purposes)[number];

/** Why a request was refused. */
export type Reason = Purpose | 'resource' | 'url';
