/** How many smaller inputs are tried, and for how long. */
const MAX_TRIES = 1000;
const MAX_MS = 20_000;

/** Removes pieces of an input for as long as it still fails in the same way. */
export async function shrink(
  input: Buffer,
  stillFails: (input: Buffer) => Promise<boolean>,
): Promise<Buffer> {
  let smallest = input;
  let tries = 0;
  const until = Date.now() + MAX_MS;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < smallest.length; ) {
      if (++tries > MAX_TRIES || Date.now() > until) return smallest;
      const smaller = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (await stillFails(smaller)) smallest = smaller;
      else at += size;
    }
  }
  return smallest;
}
