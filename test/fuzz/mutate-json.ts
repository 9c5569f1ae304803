import type { Random } from '../fixtures/random.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const VALUES: readonly Json[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, '', ' ', '0', '-1'],
  ...['null', '\0', '../..', '/', 'a'.repeat(300), '\ud800', [], [[]], {}, [null], [0], ['']],
  ...[{ '': null }, { __proto__: null }, { constructor: 1 }],
];
const DEEP = 5_000;

/**
 * Changes one value of a JSON document: another type, an extreme, another value of the document, a
 * missing or a new key. Returns undefined if the text isn't JSON.
 */
export function mutateJson(random: Random, text: string): string | undefined {
  let document: Json;
  try {
    document = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const places = placesIn(document);
  const place = random.pickFrom(places);
  if (place === undefined) return JSON.stringify(random.pickFrom(VALUES) ?? null);
  const { parent, key } = place;
  switch (random.integer(0, 7)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      break;
    case 1:
      put(place, valueAt(random.pickFrom(places)));
      break;
    case 2:
      put(place, [valueAt(place)]);
      break;
    case 3:
      put(place, { [random.pickFrom(['', 'a', '__proto__', key]) ?? '']: valueAt(place) });
      break;
    case 4:
      if (Array.isArray(parent)) parent.push(...parent.slice(0, 100));
      else parent[random.pickFrom(places)?.key ?? ''] = valueAt(place);
      break;
    case 5:
      if (random.chance(0.05)) return deep(random, JSON.stringify(document), place);
      put(place, random.pickFrom(VALUES) ?? null);
      break;
    default:
      put(place, random.pickFrom(VALUES) ?? null);
  }
  return JSON.stringify(document);
}

interface PlaceIn {
  readonly parent: Json[] | { [key: string]: Json };
  readonly key: string;
}

function placesIn(value: Json): PlaceIn[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    { parent: value, key },
    ...placesIn(child),
  ]);
}

function valueAt(place: PlaceIn | undefined): Json {
  if (place === undefined) return null;
  const { parent, key } = place;
  const value = Array.isArray(parent) ? parent[Number(key)] : parent[key];
  return structuredClone(value ?? null);
}

function put({ parent, key }: PlaceIn, value: Json): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else
    Object.defineProperty(parent, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

/** Nests a value deeper than most code expects, so only the text can say it. */
function deep(random: Random, whole: string, { key }: PlaceIn): string {
  const [open, close] = random.chance(0.5) ? ['[', ']'] : ['{"a":', '}'];
  const nested = `${open.repeat(DEEP)}1${close.repeat(DEEP)}`;
  const mark = `${JSON.stringify(key)}:`;
  const at = whole.indexOf(mark);
  return at === -1
    ? nested
    : `${whole.slice(0, at + mark.length)}${nested},"":${whole.slice(at + mark.length)}`;
}
