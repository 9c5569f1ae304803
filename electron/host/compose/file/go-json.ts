/** Booleans that Docker's model has apart from their absence. */
const POINTERS = new Set(['attach', 'enable_ipv4', 'enable_ipv6', 'init', 'required']);

/** Whether Docker's model, which has no false values, leaves out the key. */
export const isLeftOut = (key: string, value: unknown): boolean =>
  value === undefined || (value === false && !POINTERS.has(key));

/** The fields of limits for disks have Go's own names in JSON. */
const withGoNames = (key: string, value: unknown): unknown =>
  /^(weight_device|device_(read|write)_(bps|iops))$/.test(key) && Array.isArray(value)
    ? value.map(({ path: Path, weight: Weight, rate: Rate }) => ({ Path, Weight, Rate }))
    : value;

/**
 * JSON of Docker's model as Go writes it: without what `isLeftOut` names, and with escapes for characters
 * that have a meaning in HTML.
 */
export const goJson = (document: object, indent = 0): string =>
  JSON.stringify(
    document,
    (key, value: unknown) => (isLeftOut(key, value) ? undefined : withGoNames(key, value)),
    indent,
  ).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
