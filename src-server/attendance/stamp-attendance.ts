/** The rules for the attendance stamp: proof that a person was there with working gear. */
import type { AttendanceStamp } from '#shared/model/preflight.ts';
import { refuse, type Refused, type World, type Writes } from '../sync/world.ts';

/** Kept as it was made, with the server's own time beside it; twice changes nothing. */
export function stampAttendance(stamp: AttendanceStamp, world: World, writes: Writes): Refused {
  const { stampId, at, checks } = stamp;
  const owner = world.stamps.get(stampId);
  if (owner !== undefined)
    return owner === world.person.userId ? null : refuse('not-allowed', { stampId });
  world.stamps.set(stampId, world.person.userId);
  writes.stamps.push({
    stampId,
    userId: world.person.userId,
    deskId: world.deskId,
    at: new Date(at),
    receivedAt: new Date(),
    checks,
  });
  return null;
}
