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

/** JSON of Docker's model as Go writes it: without what `isLeftOut` names. */
export const goJson = (document: object, indent = 0): string =>
  escaped(
    JSON.stringify(
      document,
      (key, value: unknown) => (isLeftOut(key, value) ? undefined : withGoNames(key, value)),
      indent,
    ),
  );

/** JSON as Go writes maps for people to read. */
export const goJsonText = (value: unknown): string => escaped(JSON.stringify(value, undefined, 2));

/** Go escapes characters that have a meaning in HTML. */
const escaped = (json: string) =>
  json.replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
