/** What a page hears: taps the remote audio of every peer connection of the page, without touching the page's code. */
import type { Frame, Page } from 'playwright-core';
import { hasTone, strongestTone } from './tone.ts';
import { waitFor } from './wait-for.ts';
import type { Sound } from './wav.ts';

interface EarWindow {
  floorEar?: {
    readonly taps: Map<MediaStreamTrack, AnalyserNode>;
    listen(): void;
    last(): { readonly rate: number; readonly samples: number[] };
  };
}

/**
 * Begins to listen: from now on every peer connection of this page that takes a description is heard. Call it before
 * the call that is to be judged; a reloaded page needs it again.
 */
export async function listenIn(page: Page | Frame): Promise<void> {
  await page.evaluate(() => {
    const here = window as unknown as EarWindow;
    if (here.floorEar) return;
    const peers = new Set<RTCPeerConnection>();
    const taps = new Map<MediaStreamTrack, AnalyserNode>();
    const context = new AudioContext();
    const prototype = RTCPeerConnection.prototype;
    const original = Reflect.get(prototype, 'setRemoteDescription') as (
      ...given: readonly unknown[]
    ) => Promise<void>;
    const heard = new Proxy(original, {
      apply(target, peer: RTCPeerConnection, given: readonly unknown[]) {
        peers.add(peer);
        return Reflect.apply(target, peer, given);
      },
    });
    Reflect.set(prototype, 'setRemoteDescription', heard);
    here.floorEar = {
      taps,
      listen() {
        for (const peer of peers)
          for (const { track } of peer.connectionState === 'closed' ? [] : peer.getReceivers()) {
            if (track.kind !== 'audio' || track.readyState !== 'live' || taps.has(track)) continue;
            const stream = new MediaStream([track]);
            // Chromium feeds Web Audio from a remote track only while an element plays it, too.
            const element = new Audio();
            element.muted = true;
            element.srcObject = stream;
            void element.play();
            const analyser = new AnalyserNode(context, { fftSize: 32_768 });
            context.createMediaStreamSource(stream).connect(analyser);
            taps.set(track, analyser);
          }
        for (const [track, analyser] of taps)
          if (track.readyState !== 'live') {
            analyser.disconnect();
            taps.delete(track);
          }
      },
      last() {
        const sum = new Float32Array(16_384);
        const one = new Float32Array(32_768);
        for (const analyser of taps.values()) {
          analyser.getFloatTimeDomainData(one);
          for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (one[i + 16_384] ?? 0);
        }
        return { rate: context.sampleRate, samples: Array.from(sum) };
      },
    };
  });
}

/** The last third of a second that arrived, before the page's own volume or mute. */
export async function lastHeard(page: Page | Frame): Promise<Sound> {
  const { rate, samples } = await page.evaluate(() => {
    const ear = (window as unknown as EarWindow).floorEar;
    if (!ear) throw new Error('listenIn was not called for this page');
    ear.listen();
    return ear.last();
  });
  return { rate, samples: Float32Array.from(samples) };
}

/** Until what arrives is this tone. The error says what was heard instead. */
export async function waitForTone(
  page: Page | Frame,
  hz: number,
  withinMs = 20_000,
): Promise<void> {
  await waitFor(
    `the desk hearing ${hz} Hz`,
    async () => {
      const sound = await lastHeard(page);
      if (hasTone(sound, hz)) return true;
      throw new Error(`heard ${JSON.stringify(strongestTone(sound))}`);
    },
    withinMs,
  );
}
