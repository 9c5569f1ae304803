/** Reads labels, one `name=value` per line, or says what is wrong with them. */
export function parseLabels(text: string): {
  readonly labels: Record<string, string>;
  readonly fault?: string;
} {
  const labels: Record<string, string> = {};
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(line) ?? [];
    if (name.trim() === '') return { labels, fault: `“${line}” has no name. Write name=value.` };
    labels[name.trim()] = value.trim();
  }
  return { labels };
}
