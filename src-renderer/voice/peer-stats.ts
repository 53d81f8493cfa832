/** What the page takes from the browser's statistics of one peer connection. */
import type { PeerStats } from '#shared/contract/voice.ts';
import type { AudioEnergy } from './level.ts';

export type PeerCounters = Omit<PeerStats, 'levelIn' | 'levelOut'> & {
  /** Of the track that is being sent, after mute; null while none is. */
  readonly sent: AudioEnergy | null;
  readonly heard: AudioEnergy | null;
};

/** Fields of webrtc-stats that lib.dom leaves out, or types for one kind of report only. */
interface Report {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly roundTripTime?: number;
  readonly currentRoundTripTime?: number;
  readonly selectedCandidatePairId?: string;
  readonly codecId?: string;
  readonly mimeType?: string;
  readonly totalAudioEnergy?: number;
  readonly totalSamplesDuration?: number;
  readonly concealedSamples?: number;
  readonly silentConcealedSamples?: number;
  readonly totalSamplesReceived?: number;
  readonly jitterBufferDelay?: number;
  readonly jitterBufferEmittedCount?: number;
  readonly fractionLost?: number;
}

/** Counters since the connection was made; `lossThere` and `jitter` are of the last report, whichever side made it. */
export function readCounters(stats: {
  forEach(look: (report: Report) => void): void;
}): PeerCounters {
  const reports: Report[] = [];
  stats.forEach((report) => reports.push(report));
  const audio = (type: string) =>
    reports.find((report) => report.type === type && report.kind === 'audio');
  const byId = (id: string | undefined) => reports.find((report) => report.id === id);
  const outbound = audio('outbound-rtp');
  const inbound = audio('inbound-rtp');
  const pair = byId(reports.find((report) => report.type === 'transport')?.selectedCandidatePairId);
  const codec = byId(outbound?.codecId ?? inbound?.codecId)?.mimeType;
  return {
    packetsSent: outbound?.packetsSent ?? 0,
    packetsReceived: inbound?.packetsReceived ?? 0,
    packetsLost: inbound?.packetsLost ?? 0,
    jitter: inbound?.jitter ?? 0,
    roundTrip: audio('remote-inbound-rtp')?.roundTripTime ?? pair?.currentRoundTripTime ?? null,
    codec: codec?.replace(/^audio\//, '') ?? null,
    concealed: share(madeUp(inbound), inbound?.totalSamplesReceived),
    jitterBuffer: share(inbound?.jitterBufferDelay, inbound?.jitterBufferEmittedCount),
    sums: {
      played: inbound?.totalSamplesReceived ?? 0,
      madeUp: madeUp(inbound),
      emitted: inbound?.jitterBufferEmittedCount ?? 0,
      waited: inbound?.jitterBufferDelay ?? 0,
    },
    lossThere: audio('remote-inbound-rtp')?.fractionLost ?? null,
    sent: energyOf(audio('media-source')),
    heard: energyOf(inbound),
  };
}

/** Samples invented for lost packets, without the silence that is put where the other side sends nothing (webrtc-stats). */
function madeUp(report: Report | undefined): number {
  return (report?.concealedSamples ?? 0) - (report?.silentConcealedSamples ?? 0);
}

function share(part: number | undefined, whole: number | undefined): number {
  return part === undefined || !whole ? 0 : Math.max(0, part / whole);
}

function energyOf(report: Report | undefined): AudioEnergy | null {
  return report?.totalAudioEnergy === undefined || report.totalSamplesDuration === undefined
    ? null
    : {
        totalAudioEnergy: report.totalAudioEnergy,
        totalSamplesDuration: report.totalSamplesDuration,
      };
}
