import { availableParallelism } from 'node:os';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// fast: nothing but npm. floor: a real exchange, Electron, Chromium (npm run floor).
const alias = { '#shared': new URL('src-shared', import.meta.url).pathname };
export default defineConfig({
  test: {
    reporters: ['default'],
    // vitest leaves one core free, which on a machine with two is every second one: most tests wait for sockets and processes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/{shared,main,server,practice,tools}/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [react()],
        resolve: { alias },
        test: {
          name: 'pages',
          environment: 'jsdom',
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['tests/support/page-setup.ts'],
          server: { deps: { inline: ['@rjsf/mantine'] } },
          testTimeout: 20_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'floor',
          environment: 'node',
          include: ['tests/floor/**/*.test.ts'],
          globalSetup: ['tests/floor/support/floor-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
