import { invalidTar } from './header.ts';
import { LIMITS } from './limits.ts';

/** A record of a pax extended header. */
export interface PaxRecord {
  readonly key: string;
  /** Bytes, as latin1 characters. */
  readonly value: string;
  /** The offset of the key in the header's data. */
  readonly keyAt: number;
  /** The offset of the value. */
  readonly valueAt: number;
}

const [SPACE, EQUALS, LINE_FEED, ZERO, NINE] = [0x20, 0x3d, 0x0a, 0x30, 0x39];
const MAX_DIGITS = String(LIMITS.extensionBytes).length;

/**
 * Parses the records of a pax extended header: `LENGTH KEY=VALUE\n`, where the length includes the
 * whole record. Throws EngineError 'invalid' for anything else, since readers that guess differ
 * from each other.
 */
export function parsePax(data: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < data.length; ) {
    if (records.length === LIMITS.records)
      throw invalidTar('an extended header has too many records');
    const record = recordAt(data, at);
    if (record === undefined) throw invalidTar('an extended header has a malformed record');
    records.push(record);
    at = record.end;
  }
  return records;
}

function recordAt(data: Buffer, at: number): (PaxRecord & { end: number }) | undefined {
  let space = at;
  while (space - at < MAX_DIGITS && isDigit(data[space])) space++;
  if (space === at || data[space] !== SPACE) return undefined;
  const end = at + Number(data.toString('latin1', at, space));
  const keyAt = space + 1;
  // At least one byte of a key, an equals sign and a line feed.
  if (end < keyAt + 3 || end > data.length || data[end - 1] !== LINE_FEED) return undefined;
  const equals = data.subarray(keyAt, end).indexOf(EQUALS);
  if (equals < 1) return undefined;
  const key = data.toString('latin1', keyAt, keyAt + equals);
  // Some readers skip blanks before a key.
  if (key.includes('\0') || key.charCodeAt(0) <= SPACE) return undefined;
  const valueAt = keyAt + equals + 1;
  return { key, value: data.toString('latin1', valueAt, end - 1), keyAt, valueAt, end };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
