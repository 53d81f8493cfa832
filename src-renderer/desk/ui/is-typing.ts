/** Whether key presses in the element are typing. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName;
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
  if (tag === 'INPUT')
    return !['checkbox', 'radio', 'button', 'submit'].includes((target as HTMLInputElement).type);
  return (
    target.closest('[role="combobox"],[role="listbox"],[role="menu"],[role="dialog"]') !== null
  );
}
