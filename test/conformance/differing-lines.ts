/**
 * Lines that only one of two texts has, or has more often, as in a diff; otherwise the first lines that are in another
 * place. Empty if the texts are the same.
 */
export function differingLines(docker: readonly string[], berth: readonly string[]): string[] {
  const found = [
    ...beyond(docker, berth).map((line) => `- ${line}`),
    ...beyond(berth, docker).map((line) => `+ ${line}`),
  ];
  if (found.length > 0) return found;
  const place = docker.findIndex((line, index) => line !== berth[index]);
  if (place < 0) return [];
  return ['the same lines in another order, first:', `- ${docker[place]}`, `+ ${berth[place]}`];
}

/** The lines of `some` without as many equal lines as `others` has. */
function beyond(some: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return some.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
