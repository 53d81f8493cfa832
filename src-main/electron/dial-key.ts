/** The key that works in every program: it takes the number that lies in the clipboard into the dial box. */
import { clipboard, globalShortcut } from 'electron';
import { numberInClipboard } from './dial-link.ts';

/** Mark or copy a number anywhere, then press it. */
const dialKey = 'CommandOrControl+Shift+D';

/**
 * @param pressed with the number, or null where there is none in the clipboard; nothing else of it is kept.
 * @returns `taken` false: another program has the key.
 */
export function listenForDialKey(
  pressed: (written: string | null) => void,
): Disposable & { readonly taken: boolean } {
  const taken = globalShortcut.register(dialKey, () => {
    void numberAtHand().then(pressed);
  });
  return { taken, [Symbol.dispose]: () => globalShortcut.unregister(dialKey) };
}

/** What is marked counts before what was copied; only Linux has a clipboard for that. Never rejects. */
async function numberAtHand(): Promise<string | null> {
  const selection: typeof clipboard | undefined = clipboard.selection;
  for (const board of [selection, clipboard]) {
    try {
      const written = board ? numberInClipboard(await board.readText()) : null;
      if (written !== null) return written;
    } catch {
      // A picture, or a program that does not give it: no number.
    }
  }
  return null;
}
