/** The time of day in UTC, as precise as `step` milliseconds need; with the day where a step is long. */
export function clock(ms: number, step: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'unknown';
  const iso = date.toISOString();
  const [day = '', time = ''] = [iso.slice(0, -14), iso.slice(-13, -1)];
  if (step >= 3_600_000) return `${day} ${time.slice(0, 5)}`;
  return step >= 1000 ? time.slice(0, 8) : time;
}
