/** Whether two moments lie on one day in an IANA zone: just after midnight here it is still yesterday in UTC. */
export function isSameDay(one: Date, other: Date, zone: string): boolean {
  const days = new Intl.DateTimeFormat('en', { dateStyle: 'short', timeZone: zone });
  return days.format(one) === days.format(other);
}
