/**
 * The voice page: microphone, speakers, rings and peer connections, at main's command. It decides nothing about calls and
 * owns nothing that outlives them.
 */
import { EventPublisher } from '@orpc/server';
import type { AudioWishes, VoiceEvent } from '#shared/contract/voice.ts';
import { openVoiceLink } from '../wire/voice-link.ts';
import { Ear } from './ear.ts';
import { testLoop } from './loop-test.ts';
import { Meter } from './meter.ts';
import { Headset } from './headset/headset.ts';
import { headsetAllowed } from './headset/headset-allowed.ts';
import { hidOf } from './headset/hid-port.ts';
import { pageClock } from './headset/page-clock.ts';
import { Microphone } from './microphone.ts';
import { Outputs } from './outputs.ts';
import { Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { Ringer } from './ringer.ts';
import { SoundGraph } from './sound-graph.ts';
import { createVoiceRouter } from './voice-router.ts';

/** Builds the page and keeps it linked with main until it is disposed of. */
export function startVoicePage(): Disposable {
  const { mediaDevices } = navigator;
  const events = new EventPublisher<{ voice: VoiceEvent }>();
  const tell = (event: VoiceEvent) => events.publish('voice', event);
  const graph = new SoundGraph();
  const ringer = new Ringer(graph);
  const ear = new Ear();
  const outputs = new Outputs(mediaDevices, ear, ringer);

  const meter = new Meter(graph.context);
  let wishes: Pick<AudioWishes, 'noiseSuppression'> = { noiseSuppression: false };

  const devices = (): VoiceEvent => ({
    type: 'devices',
    microphone: microphone.state,
    devices: [...outputs.present],
    microphoneInUse: microphone.label,
    speakerInUse: outputs.speaker,
    ringerInUse: outputs.ringer,
    missing: [...(microphone.missing ? (['microphone'] as const) : []), ...outputs.missing],
    noiseSuppression: wishes.noiseSuppression ? 'bypassed' : 'off',
    proven: false,
  });
  let sent: MediaStreamTrack | null = null;
  const microphone = new Microphone(
    mediaDevices,
    () => graph.silence(),
    () => {
      if (microphone.track !== sent) {
        sent = microphone.track;
        peers.speak(sent);
        meter.listen(microphone.captured);
      }
      tell(devices());
    },
  );
  const peers = new Peers({
    make: (setup) =>
      new Peer({
        ...setup,
        source: microphone.track,
        spoken: () => meter.level(),
        attach: (track) => ear.attach(track),
        tell,
      }),
    holdMicrophone: () => microphone.hold(),
  });

  const headset = new Headset({
    hid: hidOf(navigator),
    clock: pageClock,
    tell,
    // In Electron main writes it into the log; in a browser it is for the person who looks.
    warn: (what) => console.warn(what),
  });
  const allowed = headsetAllowed(() => void headset.look());

  const settleDevices = async () => {
    await outputs.settle();
    await microphone.settle();
  };
  const devicesChanged = () => void settleDevices();
  mediaDevices.addEventListener('devicechange', devicesChanged);

  const wake = () => {
    graph.wake();
    ear.wake();
  };
  const touched = onTouch(wake);

  async function* watch(signal: AbortSignal | undefined): AsyncGenerator<VoiceEvent, void> {
    const following = events.subscribe('voice', { signal });
    try {
      yield devices();
      yield headset.state;
      yield* peers.snapshot();
      yield* following;
    } finally {
      await following.return?.();
    }
  }

  const router = createVoiceRouter({
    peers,
    ringer,
    watch,
    wish: async (wished) => {
      wishes = wished;
      await outputs.wish(wished);
      await microphone.wish(wished.microphones);
    },
    test: (seconds) =>
      testLoop({ seconds, context: graph.context, open: () => microphone.openPlain() }),
    headset: (lights) => headset.show(lights),
    wake,
  });
  const link = openVoiceLink(router, {
    lost: () => {
      // Main may never come back to end it; one that does starts it again.
      ringer.stop();
      peers.mainLost();
    },
  });

  // Once at the start: asks the person for the microphone before the first call does, and learns the devices' names.
  const first = microphone.hold();
  void microphone
    .settle()
    .then(() => first[Symbol.dispose]())
    .then(settleDevices);

  return {
    [Symbol.dispose]: () => {
      link[Symbol.dispose]();
      touched[Symbol.dispose]();
      allowed[Symbol.dispose]();
      headset[Symbol.dispose]();
      mediaDevices.removeEventListener('devicechange', devicesChanged);
      peers[Symbol.dispose]();
      microphone[Symbol.dispose]();
      ringer[Symbol.dispose]();
      meter[Symbol.dispose]();
      graph[Symbol.dispose]();
    },
  };
}

/**
 * Browsers let a page sound once a person has touched it, or while it captures. In the browser host the person touches
 * the desk page around this frame.
 */
function onTouch(wake: () => void): Disposable {
  const kinds = ['mousedown', 'pointerup', 'keydown'] as const;
  const views = new Set<Window>([window, window.parent]);
  for (const view of views)
    for (const kind of kinds) view.addEventListener(kind, wake, { capture: true });
  return {
    [Symbol.dispose]: () => {
      for (const view of views)
        for (const kind of kinds) view.removeEventListener(kind, wake, { capture: true });
    },
  };
}
