/** `JSON.rawJSON`, which TypeScript doesn't know yet. */
const rawJson: (text: string) => unknown = Reflect.get(JSON, 'rawJSON');

/** A whole number for JSON. A JavaScript number can't hold more than 2^53 exactly. */
export function bigNumber(value: bigint): unknown {
  return rawJson(value.toString());
}
