import { useEffect, useRef } from 'react';

/**
 * Runs `press` on a key ("F2", "shift+F8", "mod+k") wherever the focus is, fields too. A key held down counts once.
 * `mod` is Ctrl, or ⌘ on a Mac. A key fires with exactly the modifiers it names.
 */
export function useHotkey(key: string, press: (() => void) | undefined): void {
  const latest = useRef(press);
  useEffect(() => {
    latest.current = press;
  });
  useEffect(() => {
    const modifiers = key.split('+');
    const name = modifiers.pop() ?? '';
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== name.toLowerCase()) return;
      if ((event.ctrlKey || event.metaKey) !== modifiers.includes('mod')) return;
      if (event.shiftKey !== modifiers.includes('shift')) return;
      if (event.altKey || event.isComposing) return;
      event.preventDefault();
      if (!event.repeat) latest.current?.();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [key]);
}
