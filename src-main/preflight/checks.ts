/** What each check before the shift looks at. */
import type { AudioState, SyncState } from '#shared/contract/desk.ts';
import type { LineState } from '#shared/model/line.ts';
import type { PreflightCheckName, PreflightProblem } from '#shared/model/preflight.ts';
import type { Line, SelfCall } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import type { BaseHealth } from '../store/base-health.ts';
import type { Sync } from '../sync/sync.ts';
import { withoutOwner } from '../voice/device-label.ts';
import type { DeviceTest, VoiceLink } from '../voice/voice-link.ts';
import type { Check, CheckResult } from './preflight.ts';

const testSeconds = 3;
/** A person who says "I hear it" is louder than a room. */
const spokenLevel = 0.02;
/** ITU-T G.114: 150 ms one way is good for every conversation; the exchange is half of the way to the customer. */
const longestRoundTripMs = 250;
/** Above it words are lost in spite of concealment. */
const largestLoss = 0.03;
/** So long the server may take to be there, or to have told everything. */
const serverMs = 4000;
/** A server that has gone refuses a connection sooner than this. */
const askedMs = 500;

export interface CheckDeps {
  readonly voice: Pick<VoiceLink, 'audio' | 'testDevices'>;
  readonly line: Pick<Line, 'state' | 'callSelf'>;
  readonly sync: Pick<Sync, 'state' | 'onChange' | 'now'>;
  readonly base: () => Promise<BaseHealth>;
  readonly clock: Clock;
}

export function preflightChecksOf(deps: CheckDeps): Readonly<Record<PreflightCheckName, Check>> {
  /** What the line's check measured, for the network's. */
  let called: SelfCall | null = null;
  let lineProblem: PreflightProblem = 'self-call-failed';

  async function line(signal: AbortSignal): Promise<CheckResult> {
    called = null;
    lineProblem = problemOfLine(deps.line.state) ?? 'self-call-failed';
    if (lineProblem === 'not-registered') return failed(lineProblem);
    try {
      called = await deps.line.callSelf(signal);
    } catch {
      return failed('self-call-failed');
    }
    return { problem: null, figures: { ringMs: Math.round(called.ringMs) } };
  }

  return {
    headset: (signal) => headset(deps.voice, signal),
    line,
    network: async () => (called ? networkResult(called) : failed(lineProblem)),
    server: () => server(deps.sync, deps.clock),
    base: async () => {
      const { problem, ...figures } = await deps.base();
      return { problem, figures };
    },
  };
}

async function headset(voice: CheckDeps['voice'], signal: AbortSignal): Promise<CheckResult> {
  const { audio } = voice;
  const device = withoutOwner(audio.microphoneInUse ?? '');
  const problem = problemOfAudio(audio);
  if (problem !== null) return { problem, figures: { device } };
  let test: DeviceTest;
  try {
    test = await voice.testDevices(testSeconds, signal);
  } catch {
    return failed('no-voice');
  }
  const level = Number(Math.max(test.heard, test.spoken).toFixed(3));
  const heard = test.looped || test.spoken >= spokenLevel;
  return { problem: heard ? null : 'microphone-silent', figures: { device, level } };
}

function problemOfAudio(audio: AudioState): PreflightProblem | null {
  if (audio.page === 'gone') return 'no-voice';
  if (audio.microphone === 'refused') return 'microphone-refused';
  if (audio.microphone !== 'ok') return 'no-microphone';
  return audio.missing.some((one) => one !== 'ringer') ? 'headset-missing' : null;
}

function problemOfLine({ phase }: LineState): PreflightProblem | null {
  return phase === 'registered' ? null : 'not-registered';
}

function networkResult({ roundTripMs, loss }: SelfCall): CheckResult {
  const figures = {
    ...(roundTripMs === null ? {} : { roundTripMs: Math.round(roundTripMs) }),
    ...(loss === null ? {} : { lossPercent: Number((loss * 100).toFixed(1)) }),
  };
  if (loss === null) return { problem: 'no-packets', figures };
  if (loss > largestLoss) return { problem: 'lossy-network', figures };
  const slow = roundTripMs !== null && roundTripMs > longestRoundTripMs;
  return { problem: slow ? 'slow-network' : null, figures };
}

/** Asks at once instead of believing what was so half a minute ago; an answer that it is gone comes quickly. */
async function server(sync: CheckDeps['sync'], clock: Clock): Promise<CheckResult> {
  sync.now();
  await new Promise<void>((resolve) => clock.after(askedMs, resolve));
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      watch[Symbol.dispose]();
      timer[Symbol.dispose]();
      resolve();
    };
    const timer = clock.after(serverMs, settle);
    const watch = sync.onChange((state) => {
      if (isSynced(state)) settle();
    });
    if (isSynced(sync.state)) settle();
  });
  return serverResult(sync.state);
}

function isSynced({ server, loading }: SyncState): boolean {
  return server === 'up' && !loading;
}

function serverResult({ server, loading, waiting, refused }: SyncState): CheckResult {
  const figures = { unsent: waiting, refused };
  if (server !== 'up') return { problem: 'server-down', figures };
  return { problem: loading ? 'not-synced' : null, figures };
}

function failed(problem: PreflightProblem): CheckResult {
  return { problem, figures: {} };
}
