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
}

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
    sent: energyOf(audio('media-source')),
    heard: energyOf(inbound),
  };
}

function energyOf(report: Report | undefined): AudioEnergy | null {
  return report?.totalAudioEnergy === undefined || report.totalSamplesDuration === undefined
    ? null
    : {
        totalAudioEnergy: report.totalAudioEnergy,
        totalSamplesDuration: report.totalSamplesDuration,
      };
}
