/** Two parties talk through the exchange: two desks, or a desk and a customer who was transferred to it. */
import { echoLess, linkedTalkers } from '../customers/linked-talkers.ts';
import type { Flow } from '../sip/flow.ts';
import type { OpenCall } from './desk-call.ts';
import type { DeskSide, SideOwner } from './desk-side.ts';
import { dismiss, type Party } from './party.ts';
import type { CallView, Switchboard } from './switchboard.ts';

/**
 * Both are told who is there now when `introduced`. Two customers are left to themselves: nobody here hears them.
 * @param over called once, when the call is gone.
 */
export function startBridge(
  board: Switchboard,
  id: string,
  parties: readonly [Party, Party],
  introduced: boolean,
  over: () => void,
): OpenCall {
  const places: [Party, Party] = [parties[0], parties[1]];
  let phase: CallView['phase'] = 'talking';
  let why: string | null = null;
  let digits = '';

  const other = (place: 0 | 1): Party => places[place === 0 ? 1 : 0];

  function finish(reason: string): void {
    if (phase === 'gone') return;
    phase = 'gone';
    why = reason;
    over();
  }

  /** One has gone; the other has nobody to talk to. */
  function leave(place: 0 | 1, reason: string): void {
    if (phase === 'gone') return;
    finish(reason);
    const left = places[place];
    if (left.kind === 'desk') left.side.close();
    dismiss(other(place));
  }

  const ownerOf = (place: 0 | 1): SideOwner => ({
    ended: (how) => leave(place, how === 'bye' ? 'operator-hung-up' : 'lost'),
    lost: () => {
      leave(place, 'lost');
      dismiss(places[place]);
    },
    held: () => undefined,
    digits(more) {
      digits += more;
      const party = other(place);
      if (party.kind !== 'desk') return;
      for (const digit of more)
        party.side.leg?.inform('application/dtmf-relay', `Signal=${digit}\r\nDuration=160\r\n`);
    },
    give() {
      if (phase === 'gone') return null;
      finish('transferred');
      return other(place);
    },
    replaced(by) {
      places[place] = { kind: 'desk', side: by };
      connect();
    },
  });

  /** Who hears whom. */
  function connect(): void {
    const [a, b] = places;
    if (a.kind === 'desk' && b.kind === 'desk') {
      const [forA, forB] = linkedTalkers(
        (held) => a.side.showHeld(held),
        (held) => b.side.showHeld(held),
      );
      a.side.belong(ownerOf(0), forA);
      b.side.belong(ownerOf(1), forB);
      return;
    }
    for (const place of [0, 1] as const) {
      const party = places[place];
      const there = other(place);
      if (party.kind === 'desk')
        party.side.belong(ownerOf(place), there.kind === 'customer' ? there.talker : echoLess);
      else party.hungUp = () => leave(place, 'customer-hung-up');
    }
  }

  const sides = (): readonly DeskSide[] =>
    places.flatMap((party) => (party.kind === 'desk' ? [party.side] : []));

  connect();
  if (introduced)
    for (const place of [0, 1] as const) {
      const party = places[place];
      if (party.kind === 'desk') party.side.introduce(other(place));
    }
  if (sides().length === 0) finish('transferred');
  return {
    id,
    get view(): CallView {
      const [first] = sides();
      const customer = places.find((party) => party.kind === 'customer');
      const talking = phase === 'talking' && customer !== undefined;
      return {
        id,
        kind: customer ? 'joined' : 'inside',
        phase,
        queue: null,
        extension: first?.extension ?? null,
        number: customer?.number ?? null,
        hears: talking ? (first?.onHold ? 'hold-tone' : 'operator') : 'nothing',
        digits,
        why,
      };
    },
    close() {
      if (phase === 'gone') return;
      finish('closed');
      for (const side of sides()) side.hangUp();
    },
    flowClosed(flow: Flow) {
      for (const side of sides()) side.flowClosed(flow);
    },
  };
}
