import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The three pages. Relative addresses, because Electron serves them from app:// and the browser host from a port.
export default defineConfig({
  root: here('src-renderer'),
  base: './',
  plugins: [react()],
  resolve: { alias: { '#shared': here('src-shared') } },
  build: {
    outDir: here('out/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    // The page's policy allows no data: addresses for scripts or styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: {
        desk: here('src-renderer/desk.html'),
        voice: here('src-renderer/voice.html'),
        pop: here('src-renderer/pop.html'),
      },
    },
  },
});
