/**
 * desk main → voice page. The page serves it; main calls. Offers and answers are whole SDP texts with
 * candidates gathered. A command for a call whose peer is gone fails with NO_PEER.
 */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { RingTone } from '../model/ring-tone.ts';

const CallRef = z.object({ callId: z.uuid() });

export const AudioDevice = z.object({
  /** The browser's own id: stable for one origin on one machine. */
  deviceId: z.string(),
  groupId: z.string(),
  kind: z.enum(['microphone', 'speaker']),
  label: z.string(),
});
export type AudioDevice = z.infer<typeof AudioDevice>;

/** Ordered by wish: the first device that is there is used. Empty: the system's default. */
export const AudioWishes = z.object({
  microphones: z.array(z.string()).max(20),
  speakers: z.array(z.string()).max(20),
  ringers: z.array(z.string()).max(20),
  /** 0 to 1 */
  ringVolume: z.number().min(0).max(1),
  /** RNNoise between microphone and customer. */
  noiseSuppression: z.boolean(),
  /** The wished devices as they were last seen: a browser may give the same device another id (new origin, reset permission). */
  known: z.array(AudioDevice).max(60).optional(),
});
export type AudioWishes = z.infer<typeof AudioWishes>;

export const PeerStats = z.object({
  packetsSent: z.number(),
  packetsReceived: z.number(),
  packetsLost: z.number(),
  /** Seconds. */
  jitter: z.number(),
  /** Seconds; null before the first report. */
  roundTrip: z.number().nullable(),
  codec: z.string().nullable(),
  /** 0 to 1, of the last audio heard and sent. */
  levelIn: z.number(),
  levelOut: z.number(),
  /** Share of the played samples that were made up because their packets did not come (concealedSamples), 0 to 1. */
  concealed: z.number(),
  /** Mean time a sample waits in the jitter buffer, seconds. */
  jitterBuffer: z.number(),
  /**
   * Sums since the connection was made, for what happened between two readings: samples played, and made up among them (too late
   * is lost, too); samples that left the jitter buffer, and the seconds all of them waited there.
   */
  sums: z.object({
    played: z.number(),
    madeUp: z.number(),
    emitted: z.number(),
    waited: z.number(),
  }),
  /** What the other side reports of what we send (RTCP receiver report): share lost, 0 to 1; null before the first. */
  lossThere: z.number().nullable(),
});
export type PeerStats = z.infer<typeof PeerStats>;

export const VoiceEvent = z.discriminatedUnion('type', [
  /**
   * The real outgoing and incoming level of the call being heard, 0 to 1, about ten times a second while a peer is open. `out` is
   * the operator's own: in a conference its part of the mix, without the other customers.
   */
  z.object({
    type: z.literal('level'),
    callId: z.uuid(),
    out: z.number(),
    in: z.number(),
    /** What the microphone hears, whether or not it is sent: "you are talking while muted". */
    spoken: z.number(),
    /** The microphone is open and has given nothing at all for seconds: its own switch, or a fault. */
    silent: z.boolean(),
  }),
  z.object({
    type: z.literal('peer'),
    callId: z.uuid(),
    state: z.enum(['new', 'connecting', 'connected', 'disconnected', 'failed', 'closed']),
  }),
  /** Whether packets are arriving (false after 2 s without any). */
  z.object({ type: z.literal('audio'), callId: z.uuid(), flowing: z.boolean() }),
  z.object({
    type: z.literal('devices'),
    /** none: there is no microphone, silence is sent; refused: the person or the system forbids it. */
    microphone: z.enum(['ok', 'none', 'refused']),
    devices: z.array(AudioDevice),
    /** Labels of those in use; null for none, and for a choice of the system's that cannot be named. */
    microphoneInUse: z.string().nullable(),
    speakerInUse: z.string().nullable(),
    ringerInUse: z.string().nullable(),
    /** The first wish of a list is not there, another device stands in for it. */
    missing: z.array(z.enum(['microphone', 'speaker', 'ringer'])),
    /** off: not wished · on · bypassed: it went silent, failed or cannot run here, and the microphone goes out as it is */
    noiseSuppression: z.enum(['off', 'on', 'bypassed']),
    /** The audio graph runs and a sample sent through it came back: the first ring will be heard. */
    proven: z.boolean(),
  }),
  z.object({
    type: z.literal('headset'),
    /** none: no telephony headset that may be used · ready · contested: another program uses its buttons too */
    state: z.enum(['none', 'ready', 'contested']),
    product: z.string().nullable(),
  }),
  /** A button was pressed, already free of bounce and of the hang-up within 300 ms after a mute. */
  z.object({
    type: z.literal('headset.button'),
    button: z.enum(['hook-off', 'hook-on', 'mute-on', 'mute-off', 'flash', 'reject', 'redial']),
  }),
]);
export type VoiceEvent = z.infer<typeof VoiceEvent>;

const common = oc.errors({ NO_PEER: {}, BAD_SDP: { data: z.object({ reason: z.string() }) } });

export const voiceContract = {
  peer: {
    /** Make a peer connection with the microphone on it, before it is needed; twice is fine. */
    open: common.input(
      CallRef.extend({
        muted: z.boolean(),
        iceServers: z.array(
          z.object({
            urls: z.array(z.string()),
            username: z.string().optional(),
            credential: z.string().optional(),
          }),
        ),
      }),
    ),
    /** An offer, or the answer to the offer last set. `hold` sends silence to no one: sendonly, or inactive when held there. */
    describe: common
      .input(CallRef.extend({ hold: z.boolean(), iceRestart: z.boolean() }))
      .output(z.object({ type: z.enum(['offer', 'answer']), sdp: z.string() })),
    /** Take the other side's description; BAD_SDP leaves the call as it was. `heldThere` tells what their direction means. */
    accept: common
      .input(CallRef.extend({ sdp: z.string().max(200_000) }))
      .output(z.object({ heldThere: z.boolean() })),
    rollback: common.input(CallRef),
    /** Mute is main's fact; the page applies it to whatever track is sent now. */
    mute: common.input(CallRef.extend({ muted: z.boolean() })),
    /** RFC 4733 tones; sent false where telephone-event was not negotiated. Tones: 0-9 A-D * # and "," for a pause. */
    sendDtmf: common
      .input(CallRef.extend({ tones: z.string().regex(/^[0-9A-D*#,]{1,64}$/) }))
      .output(z.object({ sent: z.boolean() })),
    stats: common.input(CallRef).output(PeerStats),
    close: common.input(CallRef),
  },
  /** Which call is heard and spoken to; all others are silent both ways. */
  focus: common.input(z.object({ callId: z.uuid().nullable() })),
  /** These calls hear each other and the operator, whatever `focus` says; fewer than two ends the conference. */
  conference: common.input(z.object({ callIds: z.array(z.uuid()).max(5) })),
  ring: {
    /**
     * auto-answer: the tone before a call that answers itself; in the ear, once, never only on the ringing device. ringback: in
     * the ear, while the other side rings and sends no sound of its own.
     */
    start: common.input(
      z.object({
        tone: z.enum(['ring', 'call-waiting', 'ringback', 'auto-answer']),
        melody: RingTone,
      }),
    ),
    stop: common,
  },
  devices: {
    wish: common.input(AudioWishes),
    /**
     * Plays a tone and listens: `heard` is the level of that tone in the microphone, 0 to 1 (a closed headset hears little);
     * `spoken` the loudest the microphone heard in `seconds`.
     */
    test: common
      .input(z.object({ seconds: z.number().min(0.5).max(10) }))
      .output(z.object({ heard: z.number(), spoken: z.number(), looped: z.boolean() })),
  },
  /** What the headset's lights show; whole each time. */
  headset: common.input(
    z.object({
      ringing: z.boolean(),
      offHook: z.boolean(),
      muted: z.boolean(),
      held: z.boolean(),
    }),
  ),
  /** All that the ear hears, from now on; the first events tell devices and every open peer. */
  watch: common.output(eventIterator(VoiceEvent)),
};
