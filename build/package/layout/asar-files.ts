import { open } from 'node:fs/promises';
import * as z from 'zod';

type Entry =
  | { readonly files: Record<string, Entry> }
  | { readonly size: number; readonly unpacked?: boolean | undefined };

const entrySchema: z.ZodType<Entry> = z.lazy(() =>
  z.union([
    z.object({ files: z.record(z.string(), entrySchema) }),
    z.object({ size: z.int(), unpacked: z.boolean().optional() }),
  ]),
);

/** A file in the app's archive. */
export interface AsarFile {
  readonly path: string;
  readonly size: number;
}

/** The files in an `app.asar`, without those that are beside it in `app.asar.unpacked`. */
export async function asarFiles(path: string): Promise<AsarFile[]> {
  const file = await open(path);
  try {
    // Four sizes of four bytes each; the last is the length of the JSON text after them.
    const sizes = Buffer.alloc(16);
    await file.read(sizes, 0, 16, 0);
    const text = Buffer.alloc(sizes.readUInt32LE(12));
    await file.read(text, 0, text.length, 16);
    return [...filesIn(entrySchema.parse(JSON.parse(text.toString())), '')];
  } finally {
    await file.close();
  }
}

function* filesIn(entry: Entry, path: string): Generator<AsarFile> {
  if (!('files' in entry)) {
    if (!entry.unpacked) yield { path, size: entry.size };
    return;
  }
  for (const [name, child] of Object.entries(entry.files)) {
    yield* filesIn(child, path ? `${path}/${name}` : name);
  }
}
