/** Replaces each value that differs between runs with a name for its kind. */
const kinds: readonly (readonly [RegExp, string])[] = [
  // A fixed date is compared unchanged. Images have one, and so have objects without a date.
  [
    /\b20(?:2[5-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d(?: [A-Z]+)?)?/g,
    '<time>',
  ],
  [
    /\b(?:Less than a second|About an? (?:minute|hour)|\d+ (?:second|minute|hour)s?)\b/g,
    '<duration>',
  ],
  [/\b(?:172\.(?:1[6-9]|2\d|3[01])|192\.168|10\.(?!0\.2\.2\b)\d+)(?:\.\d+){1,2}\b/g, '<address>'],
  [/\b(?:[\da-f]{2}:){5}[\da-f]{2}\b/g, '<mac>'],
  [/\b\d+(?:\.\d+)?(?:ms|s)\b/g, '<duration>'],
  [/(?<="execDuration":")\d+/g, '<duration>'],
  // The kernel's range for automatically chosen ports.
  [/(?<=[:"\s])(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b/g, '<port>'],
];

/** Long forms come first, so that a short form finds the name of the ID that it begins. */
const identifiers = /\b(?:[\da-f]{64}|[\da-f]{12})\b/g;

/**
 * The output of a command, comparable with its output elsewhere. `paths` are directories of this
 * engine or of this run, each with a name.
 */
export function normalise(text: string, paths: Readonly<Record<string, string>> = {}): string {
  let result = text;
  for (const [path, name] of Object.entries(paths)) result = result.replaceAll(path, name);
  for (const [pattern, name] of kinds) result = result.replace(pattern, name);
  return nameIdentifiers(result)
    .replace(/ {2,}/g, ' ')
    .replace(/-{4,}|={4,}/g, '----');
}

/** The first ID becomes `<id 1>` wherever the ID or its short form appears, and so on. */
function nameIdentifiers(text: string): string {
  const known: string[] = [];
  return text.replace(identifiers, (id) => {
    let index = known.findIndex((other) => other.startsWith(id) || id.startsWith(other));
    if (index < 0) index = known.push(id) - 1;
    return `<id ${index + 1}>`;
  });
}
