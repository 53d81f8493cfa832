/** The part of @roamhq/wrtc (libwebrtc for Node) that the practice exchange uses; its only importer. */
import { createRequire } from 'node:module';

interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

interface AudioTrack {
  readonly kind: string;
  stop(): void;
}

/** One block of sound: signed 16 bit, 10 ms. */
export interface AudioBlock {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  readonly channelCount: number;
  readonly numberOfFrames: number;
}

export interface PeerConnection {
  readonly localDescription: Description | null;
  readonly iceGatheringState: 'new' | 'gathering' | 'complete';
  readonly connectionState:
    | 'new'
    | 'connecting'
    | 'connected'
    | 'disconnected'
    | 'failed'
    | 'closed';
  onicegatheringstatechange: (() => void) | null;
  onconnectionstatechange: (() => void) | null;
  ontrack: ((event: { readonly track: AudioTrack }) => void) | null;
  addTrack(track: AudioTrack): unknown;
  createOffer(): Promise<Description>;
  createAnswer(): Promise<Description>;
  setLocalDescription(description: Description): Promise<void>;
  setRemoteDescription(description: Description): Promise<void>;
  close(): void;
}

export interface Wrtc {
  readonly RTCPeerConnection: new (settings: {
    readonly iceServers: readonly never[];
  }) => PeerConnection;
  readonly nonstandard: {
    readonly RTCAudioSource: new () => {
      createTrack(): AudioTrack;
      onData(block: AudioBlock): void;
    };
    readonly RTCAudioSink: new (track: AudioTrack) => {
      ondata: ((block: AudioBlock) => void) | null;
      stop(): void;
    };
  };
}

let loaded: Wrtc | null = null;

/** Loads the native library, once. Throws where there is none for this machine. */
export function loadWrtc(): Wrtc {
  if (loaded) return loaded;
  loaded = createRequire(import.meta.url)('@roamhq/wrtc') as Wrtc;
  // wrtc 0.10.0: the destructor of RTCAudioSource crashes while Node takes its environment down; leaving by
  // process.exit skips that.
  process.once('exit', (code) => process.exit(code));
  return loaded;
}
