import { checkString, refuse } from '../kit/check';

/**
 * What kube-controller-manager takes as a CronJob's schedule and time zone (https://github.com/robfig/cron/blob/v3.0.1/parser.go); the API
 * server says less about it, and only when the object is applied.
 */

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of week', min: 0, max: 6, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function checkSchedule(prop: string, value: unknown): string {
  const text = checkString(prop, value);
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text)) return text;
  if (/TZ=/.test(text)) refuse(prop, text, "hold no time zone: that is what 'upkeep.timeZone' is for");
  const parts = text.split(' ');
  if (parts.length !== FIELDS.length || parts.includes('')) {
    refuse(prop, text, 'have five fields with one space between them: minute, hour, day of month, month, day of week, such as "0 3 * * 6" for Saturdays at 3:00');
  }
  const [, , days, months] = parts.map((part, i) => valuesOf(prop, text, part, FIELDS[i]!)) as [number[], number[], number[], number[], number[]];
  const anyDay = /^[*?]/.test(parts[4]!);
  if (anyDay && !months.some(month => days.some(day => day <= DAYS[month - 1]!))) refuse(prop, text, 'name a day that one of its months has: it would never run');
  return text;
}

/** @returns every number that the field stands for */
function valuesOf(prop: string, text: string, part: string, field: Field): number[] {
  const { name, min, max } = field;
  const fail = (item: string): never => refuse(prop, text, `have numbers from ${min} to ${max} as its ${name}, as 1, 1-3, 1,3, */2 or *; ${JSON.stringify(item)} is none`);
  return part.split(',').flatMap(item => {
    const [, star, from, to, step] = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? fail(item);
    const first = star === undefined ? numberOf(from!, field) ?? fail(item) : min;
    // With a step, a single number is where to begin.
    const last = to !== undefined ? numberOf(to, field) ?? fail(item) : star === undefined && step === undefined ? first : max;
    const by = step === undefined ? 1 : Number(step);
    if (first < min || last > max || first > last || by === 0) fail(item);
    return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, i) => first + i * by);
  });
}

function numberOf(word: string, { words = [] }: Field): number | undefined {
  const index = words.indexOf(word.toLowerCase());
  return index > -1 && word !== '' ? index : /^\d+$/.test(word) ? Number(word) : undefined;
}

/** A name of the IANA time zone database; Kubernetes takes neither offsets nor "Local". */
export function checkTimeZone(prop: string, value: unknown): string {
  const text = checkString(prop, value);
  const rule = 'be a name of the IANA time zone database, such as Europe/Berlin or Etc/UTC';
  let known: string | undefined;
  try {
    known = /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text) ? new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone : undefined;
  } catch {
    // Refused below.
  }
  if (known === undefined) return refuse(prop, text, rule);
  // Kubernetes minds the case.
  if (known !== text && known.toLowerCase() === text.toLowerCase()) return refuse(prop, text, `be spelled ${known}`);
  return text;
}
