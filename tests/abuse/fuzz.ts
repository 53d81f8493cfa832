/** Mutations of SIP and SDP: a million at the receiving path of the transport, twenty thousand through the whole desk. */
import { fuzzDesk } from './fuzz-desk.ts';
import { fuzzParser, fuzzSdp } from './fuzz-parser.ts';
import type { AbuseRun } from './support/report.ts';

export async function fuzz(run: AbuseRun): Promise<void> {
  await run.judge('parser', () => fuzzParser(run.short ? 30_000 : 1_000_000, run.seed));
  await run.judge('sdp', () => fuzzSdp(run.short ? 20_000 : 200_000, run.seed));
  await fuzzDesk(run, run.short ? 1_000 : 20_000);
}
