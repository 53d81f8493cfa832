/** What the soak needs of a host: its page, where its sound is, and what its processes keep. */
import type { Frame, Page } from 'playwright-core';
import type { MainMemory, PageMemory } from './soak-memory.ts';

export interface SoakHostOptions {
  readonly folder: string;
  /** Address of the central server. */
  readonly server: string;
  readonly micWav: string;
  /** Ends it. */
  readonly stack: AsyncDisposableStack;
}

export interface SoakHost {
  readonly page: Page;
  /** The pages or frames that may have peer connections. */
  sounding(): Promise<readonly (Page | Frame)[]>;
  /** `page`: the voice page, and whatever shares its heap. */
  memory(): Promise<{ readonly main: MainMemory; readonly page: PageMemory }>;
}
