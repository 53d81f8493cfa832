/** What both hosts say about the pages they serve: which file, its media type, and the content security policy. */
import { extname, join, sep } from 'node:path';

/**
 * 'wasm-unsafe-eval' is for the noise suppressor (without it there is silence and no error), inline styles are
 * Mantine's. Scripts come from our own files only.
 * @param framedBy 'self' where the voice page is a frame of the desk page (browser host), else 'none'.
 */
export function contentSecurityPolicy(framedBy: "'self'" | "'none'"): string {
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "media-src 'self' mediastream: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${framedBy}`,
  ].join('; ');
}

/**
 * The file below `folder` that an address names, or null: nothing outside the folder can be named, however it is written.
 * @param pathname of the address, percent-encoded, from its first slash on.
 */
export function pageFile(folder: string, pathname: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const file = join(folder, name);
  const below = file.startsWith(folder + sep) && !file.endsWith(sep);
  return below && !name.includes('\0') ? file : null;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
};

export function mediaType(file: string): string {
  return types[extname(file)] ?? 'application/octet-stream';
}
