/** One customer's end of the audio: a peer connection that sends what a source gives and hands on what it hears. */
import { blockResampler } from './resample.ts';
import { fingerprintOf, keepCodecs } from './sdp.ts';
import { loadWrtc } from './wrtc.ts';
import type { PeerConnection } from './wrtc.ts';

/** Sound inside the exchange: mono, 48 kHz, signed 16 bit, in blocks of 10 ms. */
export const sampleRate = 48_000;
export const blockLength = 480;

export interface Peer {
  /** An offer with candidates gathered. */
  offer(): Promise<string>;
  /** The desk's answer to our offer. Rejects where it cannot be used. */
  accept(sdp: string): Promise<void>;
  /** The answer to the desk's offer; a desk with a new peer connection gets a new one here too. */
  answer(sdp: string): Promise<string>;
  close(): void;
}

export interface PeerEvents {
  /** Writes the next 10 ms to be sent. */
  fill(block: Int16Array): void;
  /** 10 ms have arrived, mono. The array is only lent. */
  heard(block: Int16Array): void;
  /** Audio can flow, or never will again. */
  connection(state: 'connected' | 'failed'): void;
}

const codecs = ['opus', 'pcmu', 'pcma', 'telephone-event'];

/** Longest wait for candidates, in milliseconds. */
const gatheringCap = 300;

export function createPeer(events: PeerEvents): Peer {
  let end = openEnd(events);
  let fingerprint: string | null = null;
  let closed = false;
  return {
    async offer() {
      return end.describe('offer');
    },
    async accept(sdp) {
      await end.connection.setRemoteDescription({ type: 'answer', sdp });
      fingerprint = fingerprintOf(sdp);
    },
    async answer(sdp) {
      const theirs = fingerprintOf(sdp);
      if (theirs === null || closed) throw new Error('an offer without a fingerprint');
      if (fingerprint === null || theirs === fingerprint) {
        await end.connection.setRemoteDescription({ type: 'offer', sdp });
        fingerprint = theirs;
        return end.describe('answer');
      }
      // The old end lives until the new one has proved that it can answer.
      const next = openEnd(events);
      try {
        await next.connection.setRemoteDescription({ type: 'offer', sdp });
        const answer = await next.describe('answer');
        end.close();
        [end, fingerprint] = [next, theirs];
        return answer;
      } catch (error) {
        next.close();
        throw error;
      }
    },
    close() {
      closed = true;
      end.close();
    },
  };
}

interface End {
  readonly connection: PeerConnection;
  describe(type: 'offer' | 'answer'): Promise<string>;
  close(): void;
}

function openEnd(events: PeerEvents): End {
  const wrtc = loadWrtc();
  const connection = new wrtc.RTCPeerConnection({ iceServers: [] });
  const source = new wrtc.nonstandard.RTCAudioSource();
  const track = source.createTrack();
  connection.addTrack(track);
  const pump = startPump((block) => {
    events.fill(block);
    source.onData({
      samples: block,
      sampleRate,
      bitsPerSample: 16,
      channelCount: 1,
      numberOfFrames: blockLength,
    });
  });
  let sink: { stop(): void } | null = null;
  connection.ontrack = ({ track: theirs }) => {
    if (theirs.kind !== 'audio') return;
    // The same track comes again when the other side resumes after a hold.
    sink?.stop();
    const fresh = new wrtc.nonstandard.RTCAudioSink(theirs);
    const resample = blockResampler(sampleRate);
    fresh.ondata = (block) => events.heard(resample(block));
    sink = fresh;
  };
  connection.onconnectionstatechange = () => {
    const state = connection.connectionState;
    if (state === 'connected' || state === 'failed') events.connection(state);
  };
  return {
    connection,
    async describe(type) {
      const made =
        type === 'offer' ? await connection.createOffer() : await connection.createAnswer();
      await connection.setLocalDescription({ type, sdp: keepCodecs(made.sdp, codecs) });
      await gathered(connection);
      // Candidates are in the local description only.
      return connection.localDescription?.sdp ?? made.sdp;
    },
    close() {
      pump[Symbol.dispose]();
      connection.onconnectionstatechange = null;
      connection.onicegatheringstatechange = null;
      sink?.stop();
      track.stop();
      connection.close();
    },
  };
}

function gathered(connection: PeerConnection): Promise<void> {
  if (connection.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(cap);
      connection.onicegatheringstatechange = null;
      resolve();
    };
    const cap = setTimeout(done, gatheringCap);
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === 'complete') done();
    };
  });
}

/** Calls `tick` with a fresh block for every 10 ms gone by, so that a late timer loses nothing. */
function startPump(tick: (block: Int16Array) => void): Disposable {
  let due = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    // After a long stall (a sleeping machine) only the last 200 ms are made up for.
    if (now - due > 200) due = now - 200;
    for (; due <= now; due += 10) tick(new Int16Array(blockLength));
  }, 10);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
