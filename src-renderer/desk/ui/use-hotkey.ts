import { useEffect, useRef } from 'react';

/**
 * Runs `press` on a key ("F2", "mod+k") wherever the focus is, fields too. A key held down counts once.
 * `mod` is Ctrl, or ⌘ on a Mac. A key without `mod` does not fire with any modifier.
 */
export function useHotkey(key: string, press: (() => void) | undefined): void {
  const latest = useRef(press);
  useEffect(() => {
    latest.current = press;
  });
  useEffect(() => {
    const [name, withMod] = key.startsWith('mod+') ? [key.slice(4), true] : [key, false];
    const onKey = (event: KeyboardEvent) => {
      const mod = event.ctrlKey || event.metaKey;
      if (event.key.toLowerCase() !== name.toLowerCase() || mod !== withMod) return;
      if (event.altKey || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!event.repeat) latest.current?.();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [key]);
}
