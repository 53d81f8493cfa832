import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, pageFile } from '../../src-main/served-pages.ts';

const folder = join('/srv', 'pages');

describe('the file behind an address', () => {
  it('is below the folder', () => {
    expect(pageFile(folder, '/desk.html')).toBe(join(folder, 'desk.html'));
    expect(pageFile(folder, '/assets/%C5%A1.js')).toBe(join(folder, 'assets', 'š.js'));
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2f..%2fetc/passwd',
    '/../pages-beside/secret.txt',
    '/..',
    '/',
    '/%',
    '/%E0%A4%A',
    '/desk.html%00.png',
  ])('is none for %s', (pathname) => {
    expect(pageFile(folder, pathname)).toBeNull();
  });

  test.prop([fc.array(fc.constantFrom('/', '..', '.', '%2e', '%2f', '%5c', 'a', '%25', '\\'))])(
    'is never outside it, however it is written',
    (parts) => {
      const file = pageFile(folder, `/${parts.join('')}`);
      if (file !== null) expect(join(file)).toMatch(/^\/srv\/pages\/./);
    },
  );
});

describe('the content security policy', () => {
  it('lets no script in but our own files, and nobody frame the desk in Electron', () => {
    const policy = contentSecurityPolicy("'none'");
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).not.toMatch(/https?:|\*/);
  });
});
