/** What a person reads when the desk cannot start: what happened, and a way out. */
import { SettingsError } from './settings.ts';

export function startFailure(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const path = error instanceof Error && 'path' in error ? String(error.path) : 'the data folder';
  switch (code) {
    case 'EADDRINUSE':
      return 'The port is in use by another program. Set CENTRALA_PORT to another one, or to 0 for any free port.';
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
      return `Centrala may not write to ${path}. Set CENTRALA_DATA to a folder of your own.`;
    case 'ENOSPC':
      return `The disk is full: nothing could be written to ${path}. Free some space and start again.`;
    default:
      break;
  }
  if (error instanceof Error && 'reason' in error && error.name === 'StoreError')
    return storeFailure(String(error.reason));
  return `Centrala could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function storeFailure(reason: string): string {
  switch (reason) {
    case 'read-only':
      return 'The local base cannot be written. Set CENTRALA_DATA to a folder of your own.';
    case 'locked':
      return 'The local base is in use by another Centrala. Close that one, or set CENTRALA_DATA to another folder.';
    case 'wrong-key':
      return 'The key of the local base cannot be read here: it belongs to another user, machine or keychain. Start where it was made, or set CENTRALA_DATA to an empty folder: the server fills it again, without what was not yet sent.';
    case 'damaged':
      return 'The local base is damaged. Set CENTRALA_DATA to an empty folder; the server fills it again.';
    case 'full':
      return 'The disk is full. Free some space and start again.';
    default:
      return 'The local base cannot be read. Set CENTRALA_DATA to another folder.';
  }
}
