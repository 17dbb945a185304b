/** How many letters must be added, taken out or changed to make one word another. */
export function distance(a: string, b: string): number {
  let row = [...b, ''].map((_, i) => i);
  [...a].forEach((letter, i) => {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === b[j] ? 0 : 1)));
    row = next;
  });
  return row[b.length]!;
}
