/** Who hears whom in a conference. */

export interface ConferenceMember {
  readonly callId: string;
  /** The operator is not to be heard by this one. */
  readonly muted: boolean;
  /** On hold, here or there: neither speaks nor listens, so that nobody's waiting music fills the room. */
  readonly away: boolean;
}

export interface Mix {
  readonly microphone: boolean;
  /** Calls whose voices are in it. */
  readonly others: readonly string[];
}

/** What each member is sent: the operator and all others, never itself. */
export function mixPlan(members: readonly ConferenceMember[]): ReadonlyMap<string, Mix> {
  const present = members.filter((member) => !member.away);
  return new Map(
    members.map((member) => [
      member.callId,
      {
        microphone: !member.away && !member.muted,
        others: member.away
          ? []
          : present.map((other) => other.callId).filter((callId) => callId !== member.callId),
      },
    ]),
  );
}
