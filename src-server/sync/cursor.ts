/**
 * A place in the log of changes. Opaque to the desk; here it is the log's epoch, its generation of forgotten
 * tombstones when the pull began, and (transaction id, sequence number) of the last change delivered.
 *
 * A sequence number alone loses rows: T1 takes 1, T2 takes 2 and commits, a reader passes 2, T1 commits, and 1 is
 * never delivered. So rows are read in the order of their transactions, and only those below the snapshot's xmin, where
 * no transaction can still commit.
 */
export interface Cursor {
  readonly epoch: string;
  readonly generation: number;
  readonly xid: bigint;
  readonly seq: bigint;
}

export interface LogFacts {
  readonly epoch: string;
  readonly generation: number;
  readonly horizon: { readonly xid: bigint; readonly seq: bigint };
  /** The first transaction id not yet given out. */
  readonly nextXid: bigint;
}

export function writeCursor(cursor: Cursor): string {
  return [1, cursor.epoch, cursor.generation, cursor.xid, cursor.seq].join('-');
}

/** null: no cursor of ours. */
export function readCursor(text: string): Cursor | null {
  const parts = /^1-([0-9a-f]{8})-(\d{1,9})-(\d{1,20})-(\d{1,19})$/.exec(text);
  if (!parts) return null;
  const [, epoch = '', generation = '', xid = '', seq = ''] = parts;
  if (BigInt(xid) > 0xffff_ffff_ffff_ffffn || BigInt(seq) > 0x7fff_ffff_ffff_ffffn) return null;
  return { epoch, generation: Number(generation), xid: BigInt(xid), seq: BigInt(seq) };
}

export function startOf(log: LogFacts): Cursor {
  return { epoch: log.epoch, generation: log.generation, xid: 0n, seq: 0n };
}

/**
 * Whether a desk at this place can no longer be told of everything that changed: another log, a place that this log
 * has not reached, or tombstones forgotten since it began that it has not seen.
 */
export function mustBeginAgain(cursor: Cursor, log: LogFacts): boolean {
  if (cursor.epoch !== log.epoch || cursor.generation > log.generation) return true;
  if (cursor.xid >= log.nextXid) return true;
  if (cursor.generation === log.generation) return false;
  const { xid, seq } = log.horizon;
  return cursor.xid < xid || (cursor.xid === xid && cursor.seq < seq);
}

/** The place after a change; past the horizon the desk has seen every forgotten tombstone there is. */
export function movedTo(
  cursor: Cursor,
  log: LogFacts,
  place: { readonly xid: bigint; readonly seq: bigint },
): Cursor {
  const { xid, seq } = log.horizon;
  const past = place.xid > xid || (place.xid === xid && place.seq >= seq);
  return { ...cursor, ...place, generation: past ? log.generation : cursor.generation };
}
