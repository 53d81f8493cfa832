import { fileURLToPath } from 'node:url';

/** The numbered SQL of the central base. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations/central', import.meta.url));
