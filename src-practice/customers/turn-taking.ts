/**
 * When a customer speaks, waits and gives up: a pure rule of levels and time, called for every 10 ms heard.
 *
 *   listening ──operator silent for a turn, or says nothing at all──► speaking ──said──► listening
 *       │  ▲                                                             │ operator talks over: stops,
 *       │  └──────────── operator speaks ── asked ◄── long silence ──────┤ says the line again later
 *       │                                     └── still silent ──► leaving ◄── last line said
 *       └─ on hold: says nothing, counts nothing, from any of them
 */
export interface TurnSettings {
  /** Seconds of the operator's silence that hand the turn over. */
  readonly pause: number;
  /** Seconds until a customer speaks to an operator who has not said a word. */
  readonly first: number;
  /** Seconds of silence until "halo?". */
  readonly patience: number;
  /** Seconds of silence after "halo?" until the customer hangs up. */
  readonly lastPatience: number;
}

export const usualTurns: TurnSettings = { pause: 1.2, first: 3, patience: 15, lastPatience: 25 };

export interface TurnState {
  readonly phase: 'listening' | 'speaking' | 'asked' | 'leaving';
  /** Lines said to their end. */
  readonly said: number;
  /** What is being said: a line, or "halo?". */
  readonly saying: 'line' | 'halo' | null;
  /** When the last word of either side ended, in milliseconds. */
  readonly quietSince: number;
  /** The operator has spoken since our last words. */
  readonly theirTurnTaken: boolean;
  readonly held: boolean;
  readonly ear: Ear;
}

/** Telling speech from noise: the floor follows the quiet parts, a voice stands out of it for a while. */
interface Ear {
  /** dBFS. */
  readonly floor: number;
  /** Milliseconds of what may be a voice, running out when it stops. */
  readonly run: number;
  /** This very moment stands out. */
  readonly loud: boolean;
  readonly voice: boolean;
}

export interface Heard {
  /** Milliseconds, from any start. */
  readonly at: number;
  /** dBFS of the last 10 ms from the operator. */
  readonly level: number;
  /** What we were saying has been said. */
  readonly said: boolean;
  /** The operator holds us. */
  readonly held: boolean;
}

export type TurnAction =
  | { readonly type: 'say'; readonly line: number }
  | { readonly type: 'halo' }
  | { readonly type: 'stop' }
  | { readonly type: 'hang-up' };

export function firstTurn(at: number): TurnState {
  return {
    phase: 'listening',
    said: 0,
    saying: null,
    quietSince: at,
    theirTurnTaken: false,
    held: false,
    ear: { floor: -60, run: 0, loud: false, voice: false },
  };
}

/** Below this no sound is a voice, in dBFS. */
const faintest = -45;
/** A voice stands this far out of the noise, in dB. */
const outstanding = 10;
/** Milliseconds before a sound counts as a voice: a click or a beep does not. */
const voiceAfter = 200;
const runCap = 400;

function listen(ear: Ear, level: number): Ear {
  // Down at once, up by 3 dB a second: speech has gaps, noise has none.
  const floor = Math.max(-80, level < ear.floor ? level : Math.min(level, ear.floor + 0.03));
  const loud = level > Math.max(faintest, floor + outstanding);
  const run = Math.max(0, Math.min(runCap, ear.run + (loud ? 10 : -10)));
  return { floor, run, loud, voice: ear.voice ? run > 60 : run >= voiceAfter };
}

/**
 * One step.
 * @param lines how many lines the customer has; after the last one it hangs up.
 */
export function takeTurn(
  state: TurnState,
  heard: Heard,
  lines: number,
  settings: TurnSettings,
): readonly [TurnState, TurnAction | null] {
  if (state.phase === 'leaving') return [state, null];
  if (heard.held) {
    const silenced = state.saying === null ? null : ({ type: 'stop' } as const);
    return [{ ...state, ...quiet, held: true, quietSince: heard.at }, silenced];
  }
  const ear = listen(state.ear, heard.level);
  const now: TurnState = { ...state, ear, held: false };
  if (now.saying !== null) return goOnSaying(now, heard, lines);
  if (ear.voice)
    return [
      {
        ...now,
        phase: 'listening',
        theirTurnTaken: true,
        // The silence is counted from the last sound, not from when we were sure of it.
        quietSince: ear.loud ? heard.at : now.quietSince,
      },
      null,
    ];
  return breakSilence(now, (heard.at - now.quietSince) / 1000, settings);
}

const quiet = { phase: 'listening', saying: null } as const;

function goOnSaying(
  now: TurnState,
  heard: Heard,
  lines: number,
): readonly [TurnState, TurnAction | null] {
  // Whoever is talked over for long enough to notice gives way, and says it again.
  if (now.ear.run >= runCap && now.ear.voice)
    return [{ ...now, ...quiet, theirTurnTaken: true, quietSince: heard.at }, { type: 'stop' }];
  if (!heard.said) return [now, null];
  const rest = { ...now, saying: null, theirTurnTaken: false, quietSince: heard.at };
  if (now.saying === 'halo') return [{ ...rest, phase: 'asked' }, null];
  const said = now.said + 1;
  if (said >= lines) return [{ ...rest, said, phase: 'leaving' }, { type: 'hang-up' }];
  return [{ ...rest, said, phase: 'listening' }, null];
}

function breakSilence(
  now: TurnState,
  silence: number,
  settings: TurnSettings,
): readonly [TurnState, TurnAction | null] {
  if (now.phase === 'asked')
    return silence >= settings.lastPatience
      ? [{ ...now, phase: 'leaving' }, { type: 'hang-up' }]
      : [now, null];
  const opening = now.said === 0 && !now.theirTurnTaken && silence >= settings.first;
  if (opening || (now.theirTurnTaken && silence >= settings.pause))
    return [
      { ...now, phase: 'speaking', saying: 'line' },
      { type: 'say', line: now.said },
    ];
  if (silence >= settings.patience)
    return [{ ...now, phase: 'speaking', saying: 'halo' }, { type: 'halo' }];
  return [now, null];
}
