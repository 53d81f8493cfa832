/** JsSIP in Chromium as a telephone on the same Asterisk: what another softphone in a browser needs for the same call. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import type { Asterisk } from '../floor/support/asterisk.ts';
import { mediaFlags } from '../floor/support/media-flags.ts';
import { rawMicrophone } from '../floor/support/raw-microphone.ts';
import type { JsSipTelephone } from './jssip/telephone.ts';

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

export interface JsSipOptions {
  /** One of the centre's lines that nobody else uses. */
  readonly extension: string;
  readonly micWav: string;
  /** Made for what is built. */
  readonly folder: string;
}

/**
 * Registered when it settles. JsSIP knows MD5 alone (RFC 3261 §22.4): the line must be offered that.
 * @param stack ends it
 */
export async function jsSipTelephone(
  asterisk: Asterisk,
  stack: AsyncDisposableStack,
  { extension, micWav, folder }: JsSipOptions,
): Promise<{ answer(): Promise<void> }> {
  await build({
    root: join(import.meta.dirname, 'jssip'),
    configFile: false,
    logLevel: 'error',
    base: './',
    build: { outDir: folder, emptyOutDir: true },
  });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    void readFile(join(folder, pathname)).then(
      (file) => {
        response.setHeader('content-type', types[extname(pathname)] ?? 'application/octet-stream');
        response.end(file);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => void server.close());
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...mediaFlags(micWav)],
  });
  stack.defer(() => browser.close());
  const page = await browser.newPage();
  await page.addInitScript(rawMicrophone);
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`);
  const person = asterisk.centre.people.find((one) => one.line?.extension === extension);
  if (!person?.line) throw new Error(`no line ${extension}`);
  const { domain } = asterisk.centre.exchange;
  await page.evaluate(
    ([address, uri, password]) =>
      (window as unknown as { telephone: JsSipTelephone }).telephone.open(address, uri, password),
    [asterisk.address, `sip:${extension}@${domain}`, person.line.secret] as const,
  );
  return {
    answer: () =>
      page.evaluate(() => (window as unknown as { telephone: JsSipTelephone }).telephone.answer()),
  };
}
