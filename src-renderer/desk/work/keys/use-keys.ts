/** keys: single keys (digits, Enter, arrows) that act while nobody types in a field. */
import { useEffect, useRef } from 'react';
import { isTyping } from '../../ui/is-typing.ts';

/**
 * Runs `press` for keys without modifiers while nobody types and no dialog or menu has the focus.
 * `press` answers whether it used the key; then nobody else sees it. Undefined: not listening.
 */
export function useKeys(press: ((event: KeyboardEvent) => boolean) | undefined): void {
  const latest = useRef(press);
  useEffect(() => {
    latest.current = press;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      if (latest.current?.(event) === true) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** The index (from 0) that the keys 1 to 9 name, or undefined. */
export function digitIndex(event: KeyboardEvent): number | undefined {
  return /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : undefined;
}
