/** A screen of its own for programs that want one. */
import { startChild } from './child.ts';

export interface Screen {
  /** For DISPLAY, e.g. ":99". */
  readonly display: string;
  stop(): Promise<void>;
}

/** Starts Xvfb on a display it finds free itself. Throws with its words when it cannot. */
export async function startScreen(logFile: string): Promise<Screen> {
  const child = startChild({
    command: 'Xvfb',
    args: ['-displayfd', '1', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'],
    logFile,
  });
  const display = await new Promise<string>((resolve, reject) => {
    child.onLine((line) => {
      if (/^\d+$/.test(line.trim())) resolve(`:${line.trim()}`);
    });
    void child.ended.then(async () => reject(new Error(`Xvfb: ${await child.lastWords()}`)));
  });
  return { display, stop: () => child.stop() };
}
