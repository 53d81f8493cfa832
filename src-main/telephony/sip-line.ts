/** Telephony: the operator's SIP line. Registers over WebSocket and stays registered by itself, and makes a leg of every call. */
import type { Notification } from 'sip.js';
import type { LineLights, LineState } from '#shared/model/line.ts';
import { LineError, type IncomingLeg, type Leg, type Line } from '../calls/line.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { VoiceLink } from '../voice/voice-link.ts';
import { trustedCertificates } from './certificate.ts';
import { LineCalls, type OpenLine } from './line-calls.ts';
import { LineConnection } from './line-connection.ts';
import type { LineProtocol } from './line-protocol.ts';
import { makeUserAgent } from './line-user-agent.ts';
import { Lights } from './lights.ts';
import { localAddresses } from './local-addresses.ts';
import { SipRecording, type SipRecorder } from './sip-recorder.ts';

export interface SipLineDeps {
  readonly voice: VoiceLink;
  readonly clock: Clock;
  readonly log: Log;
  /** PEM certificates of the administrator, beside the machine's own store. */
  readonly extraCa?: readonly string[];
  /** What the line calls itself in User-Agent. */
  readonly userAgent: string;
  /** UUID of this installation (RFC 5626 §4.1): the same after a restart. */
  readonly instanceId: string;
  /** ISO 3166-1 alpha-2; in whose national form the exchange may write numbers. */
  region?(): string;
  /** This machine's addresses now, in any form that can be compared; by default as the system tells them. */
  addresses?(): string;
}

/** The line, with the ladder for the debug panel. Dispose it after `close`. */
export type SipLine = Line &
  Disposable & {
    readonly sip: SipRecorder;
    /** Calls of which something is left to be said to the exchange. */
    readonly callsLeft: number;
  };

export function createSipLine(deps: SipLineDeps): SipLine {
  const { voice, clock, log } = deps;
  const recording = new SipRecording(clock);
  const ca = trustedCertificates(deps.extraCa ?? []);
  const stateChanged = new Listeners<LineState>();
  const rang = new Listeners<IncomingLeg>();
  const lightsChanged = new Listeners<LineLights>();
  let state: LineState = idle;
  let opened:
    | (OpenLine & {
        readonly connection: LineConnection;
        readonly protocol: LineProtocol;
        readonly lights: Lights;
      })
    | null = null;
  const addresses = (): string => deps.addresses?.() ?? localAddresses();
  const isLineUp = (): boolean => state.phase === 'registered';
  const calls = new LineCalls({
    voice,
    clock,
    log,
    rang,
    region: () => deps.region?.() ?? 'SI',
    isLineUp,
    addresses,
  });
  let farewell: Promise<void> = Promise.resolve();
  /** Counts what was last wished, so that an opening that had to wait knows whether it is still wanted. */
  let wish = 0;

  function setState(next: LineState): void {
    state = next;
    log.info({ phase: next.phase, problem: next.problem }, 'line state');
    stateChanged.tell(next);
  }

  /** RFC 6665 §4.1.2.3: what no subscription asked for is answered 481; a mailbox may tell of itself (RFC 3842 §3.8). */
  function hearUnasked(notification: Notification): void {
    const { request } = notification;
    const known = opened?.lights.unasked(request.getHeader('event') ?? '', request.body) ?? false;
    void (known ? notification.accept() : notification.reject({ statusCode: 481 }));
  }

  function mustBeOpen(): OpenLine {
    if (!opened || !isLineUp()) throw new LineError('LINE_DOWN', `the line is ${state.phase}`);
    if (!voice.present) throw new LineError('NO_VOICE', 'there is no voice page');
    return opened;
  }

  /** One line at a time: the next one waits until this one has said goodbye. */
  function close(): Promise<void> {
    const leaving = opened;
    opened = null;
    if (leaving) farewell = leave(leaving);
    return farewell;
  }

  async function leave({
    ua,
    connection,
    protocol,
    lights,
  }: NonNullable<typeof opened>): Promise<void> {
    const hungUp = calls.hangUpAll();
    setState(idle);
    await hungUp;
    lights.close();
    lightsChanged.tell(dark);
    await connection.close();
    await ua.stop();
    protocol[Symbol.dispose]();
    calls.forgetAll();
  }

  return {
    sip: recording,
    get callsLeft() {
      return calls.count;
    },
    get state() {
      return state;
    },
    onState: (changed) => stateChanged.add(changed),
    onIncoming: (told) => rang.add(told),
    open: async (account) => {
      const wished = ++wish;
      await close();
      if (wished !== wish) return;
      const { ua, protocol } = makeUserAgent(account, {
        clock,
        log,
        calls,
        ca,
        userAgent: deps.userAgent,
        instanceId: deps.instanceId,
        record: (direction, text) => recording.add(direction, text),
        isLineUp,
        notified: hearUnasked,
      });
      const lights = new Lights({
        ua,
        account,
        clock,
        log,
        changed: (now) => lightsChanged.tell(now),
      });
      const connection = new LineConnection({
        ua,
        clock,
        log,
        extension: account.extension,
        addresses,
        changed: setState,
        lost: () => {
          lights.lost();
          calls.lineLost();
        },
        moved: () => calls.moved(),
        back: () => {
          protocol.back();
          calls.lineBack();
          lights.back();
        },
      });
      opened = { ua, account, connection, protocol, lights };
      await connection.open();
    },
    close: () => {
      wish++;
      return close();
    },
    probe: () => opened?.connection.probe(),
    dial: async (target): Promise<Leg> => calls.dial(target, mustBeOpen()),
    recover: async (callId, dialog): Promise<Leg> => calls.recover(callId, dialog, mustBeOpen()),
    callSelf: async (signal) => await calls.callSelf(signal, mustBeOpen()),
    get lights() {
      return opened?.lights.seen ?? dark;
    },
    onLights: (changed) => lightsChanged.add(changed),
    focus: (callId) => voice.focus(callId),
    conference: (callIds) => voice.conference(callIds),
    [Symbol.dispose]: () => calls[Symbol.dispose](),
  };
}

const dark: LineLights = { mailbox: null, colleagues: [] };

const idle: LineState = {
  phase: 'idle',
  extension: null,
  problem: null,
  detail: null,
  retryAt: null,
};
