/** Mixes a conference: for each member one stream with the operator's microphone and all other members in it. */
import type { GuardNode } from './guard-node.ts';
import { Meter } from './meter.ts';
import type { Mix } from './mix-plan.ts';
import type { SoundContext } from './sound-context.ts';

interface Member {
  readonly voice: MediaStreamAudioSourceNode;
  readonly sum: GainNode;
  /** The operator's own part of the sum: measured alone, because the others are heard while the operator is muted. */
  readonly own: GainNode;
  readonly ownMeter: Meter;
  /** Several voices at once must not clip on their way out. */
  readonly guard: GuardNode | null;
  readonly out: MediaStreamAudioDestinationNode;
  /** Which voices lead into the sum now, and which microphone into the own part. */
  readonly hears: Set<AudioNode>;
  readonly said: Set<AudioNode>;
}

export class Mixer implements Disposable {
  readonly #sound: SoundContext;
  readonly #members = new Map<string, Member>();
  #microphone: { readonly track: MediaStreamTrack; readonly node: AudioNode } | null = null;

  constructor(sound: SoundContext) {
    this.#sound = sound;
  }

  /** Whether a mix made now would sound. */
  get able(): boolean {
    return this.#sound.running;
  }

  /**
   * Makes the mixes of this plan and ends all others.
   * @param microphone what the operator says; a later call may bring another one
   * @param voices what each member says
   */
  mix(
    plan: ReadonlyMap<string, Mix>,
    microphone: MediaStreamTrack,
    voices: (callId: string) => MediaStreamTrack,
  ): void {
    for (const [callId, member] of this.#members) if (!plan.has(callId)) this.#end(callId, member);
    if (plan.size === 0) {
      this.#microphone?.node.disconnect();
      this.#microphone = null;
      return;
    }
    for (const callId of plan.keys())
      if (!this.#members.has(callId)) this.#members.set(callId, this.#begin(voices(callId)));
    const said = this.#said(microphone);
    for (const [callId, mix] of plan) {
      const member = this.#members.get(callId);
      if (!member) continue;
      const voicesIn = mix.others.flatMap((other) => this.#members.get(other)?.voice ?? []);
      connect(member.sum, member.hears, new Set(voicesIn));
      connect(member.own, member.said, new Set(mix.microphone ? [said] : []));
    }
  }

  /** What a member is sent, null for who is none. It belongs to the mixer: clone it, do not stop it. */
  track(callId: string): MediaStreamTrack | null {
    return this.#members.get(callId)?.out.stream.getAudioTracks()[0] ?? null;
  }

  /** How loud the operator is in what this member is sent, 0 to 1; null for who is none. */
  ownLevel(callId: string): number | null {
    return this.#members.get(callId)?.ownMeter.level() ?? null;
  }

  #begin(track: MediaStreamTrack): Member {
    const { context } = this.#sound;
    const member: Member = {
      voice: context.createMediaStreamSource(new MediaStream([track])),
      sum: context.createGain(),
      own: context.createGain(),
      ownMeter: new Meter(this.#sound),
      guard: this.#sound.guard({ tones: false }),
      out: new MediaStreamAudioDestinationNode(context, {
        channelCount: 1,
        channelCountMode: 'explicit',
      }),
      hears: new Set(),
      said: new Set(),
    };
    member.own.connect(member.sum);
    member.ownMeter.measure(member.own);
    if (member.guard) member.sum.connect(member.guard).connect(member.out);
    else member.sum.connect(member.out);
    return member;
  }

  #said(track: MediaStreamTrack): AudioNode {
    if (this.#microphone?.track !== track) {
      const last = this.#microphone?.node;
      const node = this.#sound.context.createMediaStreamSource(new MediaStream([track]));
      this.#microphone = { track, node };
      for (const member of this.#members.values())
        if (last && member.said.delete(last)) {
          member.said.add(node);
          node.connect(member.own);
        }
      last?.disconnect();
    }
    return this.#microphone.node;
  }

  #end(callId: string, member: Member): void {
    this.#members.delete(callId);
    member.voice.disconnect();
    for (const other of this.#members.values()) other.hears.delete(member.voice);
    connect(member.sum, member.hears, new Set());
    connect(member.own, member.said, new Set());
    member.ownMeter[Symbol.dispose]();
    member.own.disconnect();
    member.sum.disconnect();
    member.guard?.[Symbol.dispose]();
    for (const track of member.out.stream.getTracks()) track.stop();
  }

  [Symbol.dispose](): void {
    for (const [callId, member] of this.#members) this.#end(callId, member);
    this.#microphone?.node.disconnect();
    this.#microphone = null;
  }
}

/** Leads the wanted nodes into this one and no others. */
function connect(into: AudioNode, led: Set<AudioNode>, wanted: ReadonlySet<AudioNode>): void {
  for (const node of led)
    if (!wanted.has(node)) {
      node.disconnect(into);
      led.delete(node);
    }
  for (const node of wanted)
    if (!led.has(node)) {
      node.connect(into);
      led.add(node);
    }
}
