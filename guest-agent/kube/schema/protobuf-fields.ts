/**
 * The names of the fields of each message by their numbers. A name that begins with `=` is the type
 * of a message whose fields are among those of the outer one in JSON.
 */
export type MessageNumbers = Readonly<Record<string, Readonly<Record<string, string>>>>;

let loaded: Promise<MessageNumbers> | undefined;

/** Reads the numbers on first use. */
export function loadMessageNumbers(): Promise<MessageNumbers> {
  loaded ??= import('./protobuf-fields.json', { with: { type: 'json' } }).then(
    ({ default: numbers }) => numbers as MessageNumbers,
  );
  return loaded;
}
