import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { trustCertificates } from '../../../src-main/settings/trust-certificates.ts';

const pem = (name: string): string =>
  readFileSync(new URL(`../../support/tls/${name}`, import.meta.url), 'utf8');

test('a server is trusted by the authority of the administrator, and by nobody where the environment says so', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const server = createServer(
    { key: pem('good.key'), cert: pem('good.pem') },
    (_request, response) => response.end('well'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ask = () =>
    fetch(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`).then((answer) =>
      answer.text(),
    );
  try {
    trustCertificates([]);
    await expect(ask()).rejects.toThrow('fetch failed');
    trustCertificates([pem('ca.pem')]);
    expect(await ask()).toBe('well');
  } finally {
    vi.unstubAllEnvs();
    await new Promise((resolve) => server.close(resolve));
  }
});
