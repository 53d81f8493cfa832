/** Small things every call desk test needs. */
import type { Log } from '../../src-main/log.ts';

export { manualClock } from './memory-host.ts';

const nothing = (): void => undefined;
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
