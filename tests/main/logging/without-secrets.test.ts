import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileLog } from '../../../src-main/logging/file-log.ts';
import { textWithoutNumbers, withoutSecrets } from '../../../src-main/logging/without-secrets.ts';

describe('a log line', () => {
  it('holds no name, number or secret, however deep', () => {
    const cleaned = JSON.stringify(
      withoutSecrets({
        callId: 'c1',
        party: { displayName: 'Marija Žagar', number: '+38641123456' },
        request: { headers: { authorization: 'Digest response="abc"' }, from: 'sip:041123456@pbx' },
        error: new Error('no answer from sip:marija@example.si, dialled 041 123 456'),
        list: [{ password: 'geslo' }],
      }),
    );
    for (const secret of ['Marija', 'Žagar', '38641123456', '041', 'abc', 'marija@', 'geslo'])
      expect(cleaned).not.toContain(secret);
    expect(cleaned).toContain('c1');
  });

  it.each(['+386 41 123 456', '041/123-456', '00386 41 123456', 'tel:+38641123456'])(
    'strikes out %s in a text',
    (number) => {
      expect(textWithoutNumbers(`dialled ${number} twice`)).not.toMatch(/\d{3}/);
    },
  );

  it('keeps ids, times and counts', () => {
    const text = '0199e9a0-1111-7000-8000-000000000001 after 250 ms, 3 tries';
    expect(textWithoutNumbers(text)).toBe(text);
  });

  it('is on the disk when the log is closed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'centrala-log-'));
    const log = createFileLog(folder, 'info');
    log.info({ callId: 'c1', number: '+38641123456' }, 'a call rang');
    await log[Symbol.asyncDispose]();
    const text = readFileSync(join(folder, 'logs', 'desk.log'), 'utf8');
    expect(text).toContain('a call rang');
    expect(text).not.toContain('38641123456');
    rmSync(folder, { recursive: true });
  });
});
