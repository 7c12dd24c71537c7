import { integer, url } from '@shotwire/config';

/** Where Postgres is. */
export const postgresSettings = {
  databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:'], {
    secret: true,
    says: 'The Postgres database; each service keeps a schema of its own in it.',
  }),
  databasePool: integer('DATABASE_POOL', { default: 10, min: 2, max: 100, says: 'Connections to Postgres, at most.' }),
};
