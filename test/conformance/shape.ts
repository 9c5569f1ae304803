/**
 * The fields of a JSON document, one per line, each with the type of its value. All elements of a
 * list share one name. So do the entries of a map whose keys are identifiers or similar.
 */
export function shapeOf(text: string): string {
  const documents = parse(text);
  const lines = new Set(documents.flatMap((document) => describe(document, '')));
  return `${[...lines].sort().join('\n')}\n`;
}

/** One document, or one per line. */
function parse(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

function describe(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return [`${path}: list`, ...value.flatMap((element) => describe(element, `${path}[]`))];
  }
  if (typeof value === 'object' && value !== null) {
    return [
      `${path || '.'}: map`,
      ...Object.entries(value).flatMap(([key, field]) =>
        describe(field, `${path}.${keyName(key)}`),
      ),
    ];
  }
  return [`${path}: ${value === null ? 'null' : typeof value}`];
}

const keyName = (key: string) => (/^[\da-f]{64}$/.test(key) ? '<id>' : key);
