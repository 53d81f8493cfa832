/** The session: which server, who is signed in, with which rights, and with which line. */
import * as z from 'zod';
import type { OpenedSession } from '#shared/contract/central.ts';
import type { Session as SessionSnapshot } from '#shared/contract/desk.ts';
import type { NumberPlan } from '#shared/model/dial-target.ts';
import type { LineAccount } from '#shared/model/line.ts';
import type { Project } from '#shared/model/project.ts';
import type { Operator } from '../calls/card-source.ts';
import type { Clock } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { ProjectBase } from '../projects/project-base.ts';
import type { Store } from '../store/open-store.ts';
import type { Central } from '../sync/central.ts';
import { CentralError } from '../sync/central-error.ts';
import type { Sync } from '../sync/sync.ts';
import type { People } from './people.ts';
import type { ServerChoice } from './server-choice.ts';
import { SessionError } from './session-error.ts';

/** A desk that restarts within a shift goes on with its person; after that a password is asked for. */
const resumeMs = 12 * 60 * 60 * 1000;
/** How often an ended session looks whether the call is over, so that nobody is put out in a call. */
const leaveMs = 2_000;
/** Numbers without a country code are read as Slovenian until a project says otherwise. */
const usualRegion = 'SI';

export interface Session extends Disposable {
  readonly snapshot: SessionSnapshot;
  onChange(changed: (snapshot: SessionSnapshot) => void): Disposable;
  operator(): Operator | null;
  /** Stays in main: it holds the line's secret. */
  lineAccount(): LineAccount | null;
  /** Goes on with whoever was signed in when the desk stopped, if that was in this shift. */
  resume(): void;
  /** Another server sees nobody's token. Errors: SessionError BAD_SERVER, OFFLINE; NOT_ALLOWED where it is set from outside. */
  chooseServer(server: string): Promise<void>;
  /** Errors: SessionError BAD_CREDENTIALS, TOO_MANY_TRIES, OFFLINE, BAD_SERVER. */
  signIn(username: string, password: string): Promise<void>;
  /** What is unsent stays, and is sent. Whether a call is up is for the caller to ask. */
  signOut(): void;
}

export function createSession(deps: {
  readonly store: Store;
  readonly people: People;
  readonly central: Central;
  readonly server: ServerChoice;
  readonly sync: Sync;
  readonly projects: ProjectBase;
  readonly deskId: string;
  readonly callIsUp: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}): Session {
  const { store, people, central, server, sync, clock, log } = deps;
  const listeners = new Listeners<SessionSnapshot>();
  let opened: OpenedSession | null = null;
  let signingIn = false;
  let offline = false;
  let confirming = false;
  let leaving: Disposable | null = null;

  const snapshot = (): SessionSnapshot => {
    const projects = opened ? deps.projects.all(opened.projectIds) : [];
    return { ...identity(), projects: [...projects], numberPlan: numberPlan(projects) };
  };
  const numberPlan = (projects: readonly Project[]): NumberPlan => ({
    region: projects[0]?.region ?? usualRegion,
    outsidePrefix: opened?.line?.outsidePrefix ?? '',
  });
  const identity = (): Omit<SessionSnapshot, 'projects' | 'numberPlan'> => ({
    phase:
      server.current() === null
        ? 'setup'
        : signingIn
          ? 'signing-in'
          : opened
            ? 'signed-in'
            : 'signed-out',
    name: opened?.name ?? null,
    username: opened?.username ?? null,
    role: opened?.role ?? null,
    organisation: opened?.organisation ?? null,
    server: server.current(),
    offline: opened !== null && offline,
  });
  const tell = (): void => listeners.tell(snapshot());

  function enter(person: OpenedSession, token: string | null, confirmed: boolean): void {
    leaving?.[Symbol.dispose]();
    leaving = null;
    opened = person;
    offline = !confirmed;
    people.current = person.userId;
    store.transaction((tx) => {
      store.keep(tx, 'session', { userId: person.userId, at: clock.now() });
    });
    forgetWhatIsNotTheirs(person);
    sync.start({ userId: person.userId, token });
    log.info({ event: 'signed-in', role: person.role, offline }, 'Signed in');
    tell();
  }

  /** What was pulled was pulled for somebody's rights; with others it is not for these eyes. */
  function forgetWhatIsNotTheirs(person: OpenedSession): void {
    const rights = JSON.stringify([server.current(), person.role, [...person.projectIds].sort()]);
    if (store.kept('rights', z.string()) === rights) return;
    if (store.kept('rights', z.string()) !== undefined) sync.wipe();
    store.transaction((tx) => store.keep(tx, 'rights', rights));
  }

  function leave(): void {
    leaving?.[Symbol.dispose]();
    leaving = null;
    opened = null;
    offline = false;
    people.current = null;
    store.transaction((tx) => store.keep(tx, 'session', null));
    sync.stop();
    tell();
  }

  /** The server no longer takes the token: sign in again, but not in the middle of a call. */
  function expire(): void {
    if (!opened) return;
    if (!deps.callIsUp()) return leave();
    offline = true;
    tell();
    leaving ??= clock.after(leaveMs, () => {
      leaving = null;
      expire();
    });
  }

  /** Signed in from memory, and the server is there again: ask it who this is now. */
  async function confirm(): Promise<void> {
    const person = opened;
    const token = person ? people.byId(person.userId)?.token : null;
    if (!person || !token || confirming || leaving) return;
    confirming = true;
    try {
      const now = await central.openSession(token, deps.deskId);
      if (opened !== person) return;
      people.confirm(now);
      opened = now;
      offline = false;
      forgetWhatIsNotTheirs(now);
      tell();
    } catch (error) {
      if (error instanceof CentralError && error.code === 'UNAUTHORIZED') refused(person.userId);
      else log.warn({ event: 'confirm-failed', code: codeOf(error) }, 'The session is unconfirmed');
    } finally {
      confirming = false;
    }
  }

  function refused(userId: string): void {
    people.forgetToken(userId);
    log.warn({ event: 'token-refused', current: userId === people.current }, 'Sign in again');
    if (userId === people.current) expire();
  }

  async function signInAt(username: string, password: string): Promise<void> {
    try {
      const token = await central.signIn(username, password);
      const person = await central.openSession(token, deps.deskId);
      await people.remember(person, token, password);
      enter(person, token, true);
    } catch (error) {
      if (!(error instanceof CentralError)) throw error;
      if (error.code !== 'OFFLINE') throw sessionError(error);
      await signInFromMemory(username, password);
    }
  }

  async function signInFromMemory(username: string, password: string): Promise<void> {
    const known = await people.check(username, password);
    if (known === 'unknown') throw new SessionError('OFFLINE');
    if (known === 'wrong') throw new SessionError('BAD_CREDENTIALS');
    if (known === 'too-many-tries') throw new SessionError('TOO_MANY_TRIES');
    enter(known.opened, known.token, false);
  }

  const watches = [
    sync.onUnauthorized(refused),
    sync.onChange((state) => {
      if (state.server === 'up' && offline) void confirm();
    }),
    deps.projects.onChange(() => {
      if (opened) tell();
    }),
  ];

  return {
    get snapshot() {
      return snapshot();
    },
    onChange: (changed) => listeners.add(changed),
    operator: () => opened,
    lineAccount: () => opened?.line ?? null,
    resume() {
      const last = store.kept('session', z.object({ userId: z.string(), at: z.number() }));
      const known = last && clock.now() - last.at < resumeMs ? people.byId(last.userId) : null;
      if (!known?.token || server.current() === null) return;
      enter(known.opened, known.token, false);
      void confirm();
    },
    async chooseServer(address) {
      const chosen = address.replace(/\/+$/, '');
      if (server.fixed && chosen !== server.current()) throw new SessionError('NOT_ALLOWED');
      await central.checkHealth(chosen).catch((error: unknown) => {
        if (error instanceof CentralError && error.code === 'OFFLINE')
          throw new SessionError('OFFLINE', '', { cause: error });
        throw new SessionError('BAD_SERVER', codeOf(error), { cause: error });
      });
      if (chosen !== server.current()) {
        if (opened) leave();
        people.forgetTokens();
      }
      server.choose(chosen);
      tell();
    },
    async signIn(username, password) {
      signingIn = true;
      tell();
      try {
        await signInAt(username, password);
      } finally {
        signingIn = false;
        tell();
      }
    },
    signOut: leave,
    [Symbol.dispose]() {
      leaving?.[Symbol.dispose]();
      for (const watch of watches) watch[Symbol.dispose]();
    },
  };
}

function sessionError(error: CentralError): SessionError {
  switch (error.code) {
    case 'BAD_CREDENTIALS':
    case 'UNAUTHORIZED':
      return new SessionError('BAD_CREDENTIALS', '', { cause: error });
    case 'TOO_MANY_TRIES':
      return new SessionError('TOO_MANY_TRIES', '', { cause: error });
    case 'OFFLINE':
      return new SessionError('OFFLINE', '', { cause: error });
    default:
      return new SessionError('BAD_SERVER', error.code, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof CentralError ? error.code : 'UNKNOWN';
}
