import { defineConfig } from 'drizzle-kit';

// The desk's local base. Migrations are numbered SQL, append-only, and run by src-main/store/migrate.ts.
export default defineConfig({
  dialect: 'sqlite',
  schema: './src-main/store/schema.ts',
  out: './migrations/desk',
});
