import { StoreError } from './store-error.ts';

/** The StoreError that tells a person what SQLite met; anything else thrown stays what it was. */
export function storeErrorOr(thrown: unknown): unknown {
  if (thrown instanceof StoreError) return thrown;
  const code = sqliteCode(thrown);
  if (code === undefined) return thrown;
  return new StoreError(reasonFor(code), `The local base answered ${code}`, { cause: thrown });
}

// Result codes: https://sqlite.org/rescode.html. Extended codes carry the primary one as their beginning.
function reasonFor(code: string): StoreError['reason'] {
  if (code.startsWith('SQLITE_FULL')) return 'full';
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) return 'read-only';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'locked';
  if (code.startsWith('SQLITE_NOTADB')) return 'wrong-key';
  if (code.startsWith('SQLITE_CORRUPT')) return 'damaged';
  return 'io';
}

function sqliteCode(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if ('code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_'))
      return error.code;
  return undefined;
}
