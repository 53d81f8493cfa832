/** Debian's Chromium, without a window, with a WAV file for a microphone. */
import { chromium, type BrowserContext } from 'playwright-core';
import { mediaFlags } from './media-flags.ts';

export interface ChromiumOptions {
  readonly executable: string;
  /** Its profile; calls and sign-ins of one profile share it. */
  readonly profile: string;
  readonly micWav?: string;
  readonly args?: readonly string[];
}

/** One browser with one profile; `close()` ends it. */
export function launchChromium(options: ChromiumOptions): Promise<BrowserContext> {
  return chromium.launchPersistentContext(options.profile, {
    executablePath: options.executable,
    headless: true,
    viewport: { width: 1280, height: 800 },
    permissions: ['microphone'],
    args: [...mediaFlags(options.micWav), ...(options.args ?? [])],
  });
}
