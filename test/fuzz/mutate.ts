import type { Random } from '../fixtures/random.ts';

/** Words that code of many kinds treats in its own way. */
const WORDS = [
  ...['', '\0', ' ', '\t', '\r', '\n', '\r\n', '\ufeff', '\ud800', '\u2028', 'é', '😀', '%', '%00'],
  ...['/', '\\', '..', '../', '//', '.', ',', ':', ';', '=', '"', "'", '`', '$', '${', '{', '}'],
  ...['[', ']', '(', ')', '<', '>', '*', '**', '?', '!', '#', '&', '|', '@', '-', '--', '+', '~'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'true', 'undefined', 'NaN'],
];
const NUMBERS = [
  ...['0', '-0', '-1', '1', '00', '1.5', '1e309', '-1e309', '1e-400', '0x10', 'Infinity'],
  ...['127', '255', '256', '65535', '65536', '2147483647', '2147483648', '-2147483649'],
  ...['4294967295', '4294967296', '9007199254740991', '9007199254740993', '18446744073709551616'],
  ...['9'.repeat(30), '9'.repeat(400)],
] as const;
const BYTES = [0, 1, 9, 10, 13, 32, 34, 39, 47, 92, 127, 128, 192, 255] as const;
const SIZES = [1, 2, 3, 7, 64, 255, 256, 512, 4096] as const;

/** How large an input can become, and how often one becomes larger. */
const USUAL_BYTES = 16 << 10;
const LARGE_BYTES = 128 << 10;
const LARGE_CHANCE = 0.002;

export interface Material {
  readonly seeds: readonly Buffer[];
  readonly words: readonly string[];
}

/** Changes an input in a few places: bytes, numbers, words, and pieces of other inputs. */
export function mutate(random: Random, input: Buffer, material: Material): Buffer {
  let changed = input;
  for (
    let left = random.weighted([
      [6, 1],
      [3, 2],
      [2, 4],
      [1, 8],
    ] as const);
    left > 0;
    left--
  ) {
    changed = change(random, changed, material);
  }
  if (random.chance(LARGE_CHANCE)) changed = repeat(random, changed, LARGE_BYTES);
  return changed.length > USUAL_BYTES && changed.length < LARGE_BYTES / 4
    ? changed.subarray(0, Math.max(input.length, USUAL_BYTES))
    : changed;
}

function change(random: Random, input: Buffer, { seeds, words }: Material): Buffer {
  const at = random.integer(0, input.length);
  const length = Math.min(random.pick(SIZES), input.length - at);
  const between = (piece: Buffer | string, to = at) =>
    Buffer.concat([input.subarray(0, at), Buffer.from(piece), input.subarray(to)]);
  switch (random.integer(0, 10)) {
    case 0: {
      const copy = Buffer.from(input);
      const index = random.integer(0, Math.max(0, copy.length - 1));
      copy[index] = (copy[index] ?? 0) ^ (1 << random.integer(0, 7));
      return copy;
    }
    case 1: {
      const copy = Buffer.from(input);
      copy[at] = random.chance(0.5) ? random.pick(BYTES) : random.integer(0, 255);
      return copy;
    }
    case 2:
      return between('', at + length);
    case 3:
      return between(input.subarray(at, at + length));
    case 4:
      return input.subarray(0, at);
    case 5: {
      const other = random.pickFrom(seeds) ?? input;
      return between(other.subarray(random.integer(0, other.length)), input.length);
    }
    case 6: {
      const other = random.pickFrom(seeds) ?? input;
      const from = random.integer(0, other.length);
      return between(other.subarray(from, from + random.pick(SIZES)));
    }
    case 7:
      return otherNumber(random, input);
    case 8:
      return between(random.pickFrom(WORDS) ?? '', at + random.integer(0, 2));
    case 9:
      return between(random.pickFrom(words) ?? random.pickFrom(WORDS) ?? '');
    default:
      return repeat(random, input, random.pick([64, 1024, USUAL_BYTES]));
  }
}

/** Replaces a number in the text. */
function otherNumber(random: Random, input: Buffer): Buffer {
  const text = input.toString('latin1');
  const numbers = [...text.slice(0, USUAL_BYTES).matchAll(/\d+/g)];
  const found = random.pickFrom(numbers);
  if (found === undefined) return input;
  const end = found.index + found[0].length;
  return Buffer.from(text.slice(0, found.index) + random.pick(NUMBERS) + text.slice(end), 'latin1');
}

/** Repeats a short piece up to a size. Code that isn't linear shows here. */
function repeat(random: Random, input: Buffer, size: number): Buffer {
  const at = random.integer(0, input.length);
  const piece = input.subarray(at, at + random.integer(1, 16));
  if (piece.length === 0) return input;
  const count = Math.floor(Math.max(0, size - input.length) / piece.length);
  const many = Buffer.alloc(count * piece.length, piece);
  return Buffer.concat([input.subarray(0, at), many, input.subarray(at)]);
}
