/** When the small ringing window is shown: while a call rings and the operator looks elsewhere, whichever came first. */
import type { PopNotice } from '../host.ts';

/** What of the window is needed. */
export interface PopWindow {
  showInactive(): void;
  hide(): void;
}

export interface PopNotices {
  /** The call that rings now; null: none. */
  tell(notice: PopNotice | null): void;
  /** The desk's window got or lost the focus, or the small window is there only now. */
  look(): void;
}

/** @param pop null while there is no such window. */
export function createPopNotices(deps: {
  pop(): PopWindow | null;
  isDeskFocused(): boolean;
}): PopNotices {
  let rings = false;
  const look = (): void => {
    const pop = deps.pop();
    if (rings && !deps.isDeskFocused()) pop?.showInactive();
    else pop?.hide();
  };
  return {
    tell: (notice) => {
      rings = notice !== null;
      look();
    },
    look,
  };
}
