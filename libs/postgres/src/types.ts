import pg from 'pg';

const TIMESTAMPTZ = 1184;
const INT8 = 20;

// `2026-03-09 10:30:00.5+00` (UTC, ISO: set for every connection) becomes `2026-03-09T10:30:00.500000Z`:
// a Date would lose the microseconds that Postgres keeps and the webhook bodies show.
pg.types.setTypeParser(TIMESTAMPTZ, (text) => {
  const [seconds = '', fraction = ''] = text.slice(0, -3).split('.');
  return `${seconds.replace(' ', 'T')}.${fraction.padEnd(6, '0')}Z`;
});

// Our counts and sizes stay far below 2^53.
pg.types.setTypeParser(INT8, Number);
