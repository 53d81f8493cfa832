/** What an exchange says of the calls of a line: application/dialog-info+xml (RFC 4235 §4). */
import { SaxesParser } from 'saxes';
import type { LineLights } from '#shared/model/line.ts';

type LineUse = LineLights['colleagues'][number]['state'];

interface WatchedDialog {
  readonly id: string;
  readonly state: 'trying' | 'proceeding' | 'early' | 'confirmed' | 'terminated';
  /** Whether the watched line makes the call. */
  readonly initiator: boolean;
}

export interface DialogInfo {
  readonly version: number;
  readonly full: boolean;
  readonly dialogs: readonly WatchedDialog[];
}

const longest = 65_536;
const deepest = 32;
const namespace = 'urn:ietf:params:xml:ns:dialog-info';
const states = ['trying', 'proceeding', 'early', 'confirmed', 'terminated'] as const;

/** null where it is too long, not well-formed, has a document type, or is no dialog information. */
export function readDialogInfo(body: string): DialogInfo | null {
  if (body.length > longest) return null;
  try {
    return parse(body);
  } catch {
    return null;
  }
}

function parse(body: string): DialogInfo | null {
  const parser = new SaxesParser({ xmlns: true });
  const dialogs: WatchedDialog[] = [];
  let root: { version: number; full: boolean } | null = null;
  let open: { id: string; initiator: boolean; state: WatchedDialog['state'] | null } | null = null;
  let depth = 0;
  let text = '';
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type has no place here');
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    depth++;
    text = '';
    if (depth > deepest) throw new Error('too deep');
    const own = uri === namespace;
    if (depth === 1) {
      const version = Number(attributes['version']?.value ?? Number.NaN);
      const state = attributes['state']?.value;
      if (own && local === 'dialog-info' && Number.isInteger(version) && version >= 0)
        root = { version, full: state !== 'partial' };
    } else if (depth === 2 && own && local === 'dialog')
      open = {
        id: attributes['id']?.value ?? '',
        initiator: attributes['direction']?.value === 'initiator',
        state: null,
      };
  });
  parser.on('text', (part) => (text += part));
  parser.on('closetag', ({ local, uri }) => {
    if (depth === 3 && open && uri === namespace && local === 'state')
      open.state = states.find((state) => state === text.trim()) ?? null;
    if (depth === 2 && open) {
      const { id, initiator, state } = open;
      if (state && id !== '') dialogs.push({ id, initiator, state });
      open = null;
    }
    depth--;
  });
  parser.write(body).close();
  const head: { version: number; full: boolean } | null = root;
  return head && { ...(head as { version: number; full: boolean }), dialogs };
}

/** The calls of one watched line, as its subscription tells them one after another. */
export class WatchedLine {
  readonly #dialogs = new Map<string, WatchedDialog>();
  #version: number | null = null;

  /** A new subscription begins to count anew. */
  restart(): void {
    this.#version = null;
  }

  /**
   * RFC 4235 §4.3: full information replaces, partial changes; an older version is discarded.
   * @returns whether a version was missed, so that the subscription must be refreshed to hear everything again.
   */
  take({ version, full, dialogs }: DialogInfo): boolean {
    const before = this.#version;
    if (before !== null && version <= before) return false;
    this.#version = version;
    const missed = !full && (before === null || version > before + 1);
    if (full) this.#dialogs.clear();
    for (const dialog of dialogs) {
      if (dialog.state === 'terminated') this.#dialogs.delete(dialog.id);
      else this.#dialogs.set(dialog.id, dialog);
    }
    return missed;
  }

  get use(): LineUse {
    const dialogs = [...this.#dialogs.values()];
    // Who dials has the receiver in hand: only a call that comes in rings.
    if (dialogs.some(({ state, initiator }) => state === 'confirmed' || initiator))
      return 'talking';
    return dialogs.length > 0 ? 'ringing' : 'idle';
  }
}
