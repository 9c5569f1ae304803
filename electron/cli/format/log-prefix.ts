import type { Output } from '../context.ts';

/**
 * Foreground colours of the prefixes: cyan, yellow, green, magenta, blue, and their bright ones.
 */
const COLORS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** Gives each source of log lines a prefix: its name, as wide as the widest, in its own colour. */
export function logPrefixes(output: Output, color = true): (name: string) => string {
  const seen: string[] = [];
  return (name) => {
    if (!seen.includes(name)) seen.push(name);
    const width = Math.max(...seen.map((each) => each.length));
    const prefix = `${name.padEnd(width)}  | `;
    const number = COLORS[seen.indexOf(name) % COLORS.length];
    return color && output.isTTY ? `\x1b[${number}m${prefix}\x1b[0m` : prefix;
  };
}
