/**
 * How a call sounds, by the E-model (ITU-T G.107, 06/2015): R = R0 − Is − Id − Ie,eff + A with A = 0. Everything that belongs
 * to neither packets nor delay has its default value of G.107 Table 2, with which R is 93.2.
 */
import type { CallQuality } from './call.ts';

/** What the E-model must know of a codec. Source: ITU-T G.113 Appendix I; see `codecImpairment`. */
export interface CodecImpairment {
  /** Equipment impairment factor without loss. */
  readonly ie: number;
  /** Packet-loss robustness, in percent of loss. */
  readonly bpl: number;
}

/** With the default values of G.107 Table 2 (SLR 8 dB, RLR 2 dB, Nc −70 dBm0p, Nfor −64 dBmp, Ps = Pr = 35 dB(A), qdu 1). */
const basicRatio = 94.77;
const simultaneous = 1.42;
const talkerEchoLoudness = 65;
const weightedEchoPathLoss = 110;

/**
 * G.711 with concealment: Ie 0, Bpl 25.1 (G.113 Appendix I Table I.4, random loss); the browser conceals. G.722 is taken for
 * G.711, as telephones are at the other end. For Opus the ITU has no value on this scale: Ie 0, because at the browser's 32
 * kbit/s a telephone's band passes unharmed, and Bpl 20, the value of the public rtcscore model (github.com/ggarber/rtcscore)
 * for Opus with in-band error correction. Anything else is judged as G.729A: Ie 11, Bpl 19 (G.113 Appendix I Table I.4).
 */
export function codecImpairment(codec: string | null): CodecImpairment {
  switch (codec?.toLowerCase()) {
    case undefined:
    case 'pcmu':
    case 'pcma':
    case 'g722':
      return { ie: 0, bpl: 25.1 };
    case 'opus':
      return { ie: 0, bpl: 20 };
    default:
      return { ie: 11, bpl: 19 };
  }
}

/**
 * Impairment by delay, G.107 §7.4: talker echo, listener echo and too long a way.
 * @param delayMs mouth to ear, one way (Ta; T is the same and Tr twice that where only the network delays).
 */
export function delayImpairment(delayMs: number): number {
  return talkerEcho(delayMs) + listenerEcho(delayMs) + tooLong(delayMs);
}

/** Idte, G.107 (7-19) to (7-22), with TELR 65 dB. */
function talkerEcho(delayMs: number): number {
  const terv =
    talkerEchoLoudness -
    40 * Math.log10((1 + delayMs / 10) / (1 + delayMs / 150)) +
    6 * Math.exp(-0.3 * delayMs ** 2);
  const re = 80 + 2.5 * (terv - 14);
  const half = (basicRatio - re) / 2;
  return (half + Math.sqrt(half ** 2 + 100) - 1) * (1 - Math.exp(-delayMs));
}

/** Idle, G.107 (7-25) and (7-26), with WEPL 110 dB. */
function listenerEcho(delayMs: number): number {
  const rle = 10.5 * (weightedEchoPathLoss + 7) * (2 * delayMs + 1) ** -0.25;
  const half = (basicRatio - rle) / 2;
  return half + Math.sqrt(half ** 2 + 169);
}

/** Idd, G.107 (7-27) and (7-28). */
function tooLong(delayMs: number): number {
  if (delayMs <= 100) return 0;
  const x = Math.log2(delayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/**
 * Ie,eff, G.107 (7-29).
 * @param loss share of packets that did not come, 0 to 1.
 * @param burstRatio 1: losses at random; 2: bursts twice as long as chance would make them.
 */
export function lossImpairment(codec: CodecImpairment, loss: number, burstRatio: number): number {
  const percent = loss * 100;
  if (percent <= 0) return codec.ie;
  return codec.ie + ((95 - codec.ie) * percent) / (percent / burstRatio + codec.bpl);
}

/** The transmission rating, −∞ to about 93.2. */
export function rating(given: {
  readonly codec: CodecImpairment;
  readonly delayMs: number;
  readonly loss: number;
  readonly burstRatio: number;
}): number {
  return (
    basicRatio -
    simultaneous -
    delayImpairment(given.delayMs) -
    lossImpairment(given.codec, given.loss, given.burstRatio)
  );
}

/** Mean opinion score of a rating, 1.0 to 4.5 (G.107 Annex B). */
export function meanOpinion(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/**
 * How much longer the bursts of loss are than chance would make them (BurstR), from the losses of equally long intervals. For
 * losses that follow a two-state chain, as G.107 assumes, the counts' variance is (2 BurstR − 1) times the binomial one.
 */
export function burstRatioOf(
  intervals: readonly { readonly expected: number; readonly lost: number }[],
): number {
  const seen = intervals.filter(({ expected }) => expected > 0);
  const expected = sum(seen.map((one) => one.expected));
  const loss = expected === 0 ? 0 : sum(seen.map((one) => one.lost)) / expected;
  if (seen.length < 3 || loss <= 0 || loss >= 1) return 1;
  const dispersion =
    sum(seen.map((one) => (one.lost - one.expected * loss) ** 2 / one.expected)) /
    ((seen.length - 1) * loss * (1 - loss));
  // Few intervals tell it roughly: no more than what G.107 was tested with is taken from them.
  return Math.min(4, Math.max(1, (dispersion + 1) / 2));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** What the last seconds of a call were like, as far as a warning looks at it. */
export interface Heard {
  /** 0 to 1. */
  readonly loss: number;
  /** One way, milliseconds; null before the first report. */
  readonly delayMs: number | null;
  /** Nothing has come for some seconds although it should. */
  readonly nothingComes: boolean;
  /** The other side reports so much of ours lost, 0 to 1; null before its first report. */
  readonly lossThere: number | null;
  /** The operator speaks and nothing of it is sent. */
  readonly spokenUnsent: boolean;
}

/** A warning begins at the upper value and goes only below the lower one: it must not flicker. */
const limits = {
  loss: { begins: 0.05, goes: 0.02 },
  lossThere: { begins: 0.1, goes: 0.05 },
  // G.114: above 400 ms one way a conversation breaks down; people talk into each other before that.
  delayMs: { begins: 400, goes: 300 },
} as const;

/** The worst thing that is so now; the one that was told stays as long as it is not clearly over. */
export function warningAfter(before: CallQuality['warning'], heard: Heard): CallQuality['warning'] {
  const over = (value: number, limit: { begins: number; goes: number }, on: boolean): boolean =>
    value >= (on ? limit.goes : limit.begins);
  const { lossThere, delayMs } = heard;
  if (heard.nothingComes) return 'not-heard';
  const unheard = before === 'you-are-not-heard';
  if (heard.spokenUnsent || (lossThere !== null && over(lossThere, limits.lossThere, unheard)))
    return 'you-are-not-heard';
  if (over(heard.loss, limits.loss, before === 'network-loss')) return 'network-loss';
  if (delayMs !== null && over(delayMs, limits.delayMs, before === 'network-delay'))
    return 'network-delay';
  return null;
}
