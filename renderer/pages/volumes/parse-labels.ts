/** Labels written one a line as `name=value`, or what is wrong with them. */
export function parseLabels(text: string): {
  readonly labels: Record<string, string>;
  readonly fault?: string;
} {
  const labels: Record<string, string> = {};
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(line) ?? [];
    if (name.trim() === '') return { labels, fault: `“${line}” has no name.` };
    labels[name.trim()] = value.trim();
  }
  return { labels };
}
