/** Quotes lines of a Dockerfile with some lines around them, as BuildKit's clients do. */
export function quoteLines(
  filename: string,
  text: string,
  [first, last]: readonly [first: number, last: number],
): string {
  const lines = text.split('\n');
  if (first < 1 || first > lines.length) return '';
  let begin = first;
  let end = Math.min(last, lines.length);
  // A single line gets two lines on either side.
  const around = begin === end ? 4 : 2;
  for (let added = 0; added < around; added++) {
    if (begin > 1) {
      begin--;
      added++;
    }
    if (end !== lines.length) {
      end++;
      added++;
    }
  }
  const quoted = lines.slice(begin - 1, end).map((line, index) => {
    const number = begin + index;
    const mark = number >= first && number <= last ? '>>>' : '   ';
    return ` ${String(number).padStart(3)} | ${mark} ${line}\n`;
  });
  const rule = `${'-'.repeat(20)}\n`;
  return `${filename}:${first}\n${rule}${quoted.join('')}${rule}`;
}
