/**
 * Builds what cannot run as it is written: the pages (out/renderer) and Electron's main and preload (out/main).
 * `--electron-test` builds out/electron-test for an older Electron whose N-API cannot load the encrypted SQLite: libsql
 * stands in (docs/decisions/0004). `--pages` builds the pages alone. `--if-needed` does nothing when all is newer than the sources.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';

const root = join(import.meta.dirname, '..');
const sources = [
  'src-shared',
  'src-main',
  'src-renderer',
  'migrations/desk',
  'package-lock.json',
  'vite.renderer.config.ts',
  'tools/build.ts',
];

async function main(flags: ReadonlySet<string>): Promise<void> {
  const test = flags.has('--electron-test');
  const kind = test ? 'electron-test' : flags.has('--pages') ? 'pages' : 'all';
  const stamp = join(root, 'out', `.built-${kind}`);
  const now = fingerprint();
  if (flags.has('--if-needed') && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  if (!test) await build({ configFile: join(root, 'vite.renderer.config.ts'), logLevel: 'warn' });
  if (kind !== 'pages') {
    const out = join(root, 'out', test ? 'electron-test' : 'main');
    await build(mainProcess(out, test));
    await build(preload(out, test));
  }
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(stamp, now);
}

function mainProcess(outDir: string, test: boolean): InlineConfig {
  const native = test ? 'libsql' : 'better-sqlite3';
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    resolve: {
      alias: [
        { find: '#shared', replacement: join(root, 'src-shared') },
        ...(test ? [{ find: /^better-sqlite3$/, replacement: 'libsql' }] : []),
      ],
    },
    ssr: { noExternal: true, external: ['electron', native] },
    build: {
      ssr: 'src-main/electron/main.ts',
      target: test ? 'node20' : 'node24',
      outDir,
      emptyOutDir: true,
      minify: false,
      sourcemap: false,
      rollupOptions: {
        external: ['electron', native],
        output: { format: 'es', entryFileNames: 'main.mjs', codeSplitting: false },
      },
    },
  };
}

function preload(outDir: string, test: boolean): InlineConfig {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      lib: {
        entry: 'src-main/electron/preload/preload.ts',
        formats: ['cjs'],
        fileName: () => 'preload.cjs',
      },
      target: test ? 'chrome130' : 'chrome140',
      outDir,
      emptyOutDir: false,
      rollupOptions: { external: ['electron'] },
    },
  };
}

/** Changes when any source file changed: names, sizes and times. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const walk = (path: string): void => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name));
    else hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const source of sources) walk(join(root, source));
  return hash.digest('hex');
}

await main(new Set(process.argv.slice(2)));
