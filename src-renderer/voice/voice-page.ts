/**
 * The voice page: microphone, speakers, rings and peer connections, at main's command. It decides nothing about calls and
 * owns nothing that outlives them.
 */
import { EventPublisher } from '@orpc/server';
import type { AudioDevice, AudioWishes, VoiceEvent } from '#shared/contract/voice.ts';
import { openVoiceLink } from '../wire/voice-link.ts';
import { Ear } from './ear.ts';
import { openPageHeadset } from './headset/page-headset.ts';
import { testLoop } from './loop-test.ts';
import { Meter } from './meter.ts';
import { Microphone } from './microphone.ts';
import { Mixer } from './mixer.ts';
import { NoiseSuppressor } from './noise-suppressor.ts';
import { Outputs } from './outputs.ts';
import { Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { Proof } from './proof.ts';
import { Ringer } from './ringer.ts';
import { Silence } from './silence.ts';
import { SilentMicrophoneWatch } from './silent-microphone.ts';
import { SoundContext } from './sound-context.ts';
import { createVoiceRouter } from './voice-router.ts';

/** Calls after which the audio contexts are made anew, between two calls. */
const renewAfter = 10;

/** Builds the page and keeps it linked with main until it is disposed of. */
export function startVoicePage(): Disposable {
  const { mediaDevices } = navigator;
  const events = new EventPublisher<{ voice: VoiceEvent }>();
  const tell = (event: VoiceEvent) => events.publish('voice', event);
  const tellDevices = () => {
    headset.use(microphone.label ?? outputs.speaker);
    tell(devices());
  };

  const sending = new SoundContext('none');
  const hearing = new SoundContext('chosen');
  const ringing = new SoundContext('chosen');
  const sounds = [sending, hearing, ringing];
  const silence = new Silence(sending);
  const ringer = new Ringer({ ringing, hearing });
  const ear = new Ear(hearing);
  const outputs = new Outputs(mediaDevices, ear, ringer);
  const meter = new Meter(sending);
  const mixer = new Mixer(sending);
  const headset = openPageHeadset(tell);
  const proof = new Proof([hearing, ringing], tellDevices);

  const devices = (): VoiceEvent => ({
    type: 'devices',
    microphone: microphone.state,
    devices: [...outputs.present],
    microphoneInUse: microphone.label,
    speakerInUse: outputs.speaker,
    ringerInUse: outputs.ringer,
    missing: [...(microphone.missing ? (['microphone'] as const) : []), ...outputs.missing],
    noiseSuppression: suppressor.state,
    proven: proof.proven,
  });

  let said: MediaStreamTrack | null = null;
  const sourceChanged = () => {
    if (said !== source()) {
      said = source();
      peers.sourceChanged();
    }
    tellDevices();
  };
  const microphone = new Microphone(
    mediaDevices,
    () => silence.track,
    () => {
      meter.listen(microphone.captured);
      silentWatch.listen(microphone.captured);
      suppressor.listen(microphone.captured);
      sourceChanged();
    },
  );
  const silentWatch = new SilentMicrophoneWatch(meter);
  const suppressor = new NoiseSuppressor(sending, sourceChanged);
  const source = () => suppressor.track ?? microphone.track;

  let callsSinceRenewal = 0;
  const peers = new Peers({
    make: (setup) => {
      callsSinceRenewal += 1;
      return new Peer({
        ...setup,
        source: source(),
        microphone: () => ({ spoken: meter.level(), silent: silentWatch.silent }),
        inMix: () => mixer.ownLevel(setup.callId),
        attach: (track) => ear.attach(track),
        tell,
      });
    },
    source,
    mixer,
    holdMicrophone: () => microphone.hold(),
    idle: () => {
      if (callsSinceRenewal < renewAfter) return;
      callsSinceRenewal = 0;
      sending.renew();
      hearing.renew();
    },
    // Main takes the live calls back with the page that comes.
    spent: () => location.reload(),
  });
  const mixing = sending.onChange(() => peers.sourceChanged());

  const settleDevices = async () => {
    await Promise.all([microphone.settle(), outputs.settle()]);
    tellDevices();
    await proof.prove();
  };
  const devicesChanged = () => void settleDevices();
  mediaDevices.addEventListener('devicechange', devicesChanged);

  const wake = () => {
    for (const sound of sounds) sound.wake();
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
    wish: async (wishes) => {
      suppressor.wish(wishes.noiseSuppression);
      await Promise.all([
        outputs.wish(wishes),
        microphone.wish(wishes.microphones, knownMicrophones(wishes)),
      ]);
      tellDevices();
      await proof.prove();
    },
    test: (seconds, signal) =>
      testLoop({ seconds, signal, sending, hearing, open: () => microphone.openPlain() }),
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

  // Once at the start: asks the person for the microphone before the first call does, learns the devices' names, and
  // wakes the sound while the browser allows it because the page captures.
  const first = microphone.hold();
  void microphone
    .settle()
    .then(wake)
    .then(settleDevices)
    .finally(() => first[Symbol.dispose]());

  return {
    [Symbol.dispose]: () => {
      link[Symbol.dispose]();
      touched[Symbol.dispose]();
      headset[Symbol.dispose]();
      mixing[Symbol.dispose]();
      mediaDevices.removeEventListener('devicechange', devicesChanged);
      peers[Symbol.dispose]();
      microphone[Symbol.dispose]();
      proof[Symbol.dispose]();
      suppressor[Symbol.dispose]();
      mixer[Symbol.dispose]();
      ringer[Symbol.dispose]();
      ear[Symbol.dispose]();
      silentWatch[Symbol.dispose]();
      meter[Symbol.dispose]();
      silence[Symbol.dispose]();
      for (const sound of sounds) sound[Symbol.dispose]();
    },
  };
}

function knownMicrophones({ known = [] }: AudioWishes): readonly AudioDevice[] {
  return known.filter((device) => device.kind === 'microphone');
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
