/** What both hosts say about the pages they serve: media types and the content security policy. */
import { extname } from 'node:path';

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
