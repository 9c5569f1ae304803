import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { countedStream } from '../archive/count-bytes.ts';
import { saveTar } from '../archive/save-tar.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { readPath, writePath } from '../engine/archives.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { inspectVolume } from '../engine/volumes.ts';
import { createFilled } from './create.ts';

const log = loggerOf('volumes');

type Count = (bytes: number) => void;

const volume = (name: string) => ({ kind: 'volume' as const, name });

/** The volume's content, with the top folder's owner and permissions as the entry `.`. */
const WHOLE = '/.';

/** Copies a volume into a new one, which is removed again if that fails. */
export async function cloneVolume(
  client: EngineClient,
  name: string,
  to: string,
  count: Count,
  signal: AbortSignal,
): Promise<void> {
  const { Labels } = await inspectVolume(client, name);
  // Docker's labels say what created the volume, which isn't true of the copy.
  const labels = Object.fromEntries(
    Object.entries(Labels).filter(([label]) => !label.startsWith('com.docker.')),
  );
  await createFilled(client, { name: to, labels }, async () => {
    await readWhole(client, name, count, signal, (tar) =>
      writePath(client, volume(to), '/', tar, { signal }),
    );
  });
}

/** Writes a volume's content to a tar on the host, compressed if its name ends in `gz`. */
export async function exportVolume(
  client: EngineClient,
  name: string,
  to: string,
  count: Count,
  signal: AbortSignal,
): Promise<void> {
  await readWhole(client, name, count, signal, (tar) => saveTar(tar, to));
}

/** Passes a volume's whole content to `use`, as a tar with counted bytes. */
async function readWhole(
  client: EngineClient,
  name: string,
  count: Count,
  signal: AbortSignal,
  use: (tar: ReturnType<typeof countedStream>) => Promise<void>,
): Promise<void> {
  const { tar } = await readPath(client, volume(name), WHOLE, { signal });
  try {
    await use(countedStream(tar, count));
  } finally {
    tar.destroy();
  }
}

/** Unpacks a tar on the host, compressed or not, into a volume, which is created with `create`. */
export async function importVolume(
  client: EngineClient,
  { name, from, create }: { name: string; from: string; create: boolean },
  count: Count,
  signal: AbortSignal,
): Promise<void> {
  const fill = async () => {
    const stream = countedStream(createReadStream(from), count);
    await writePath(client, volume(name), '/', stream, { signal });
  };
  await (create ? createFilled(client, { name }, fill) : fill());
}

/** The size of a file. Rejects with HostError 'invalid'. */
export async function fileSize(path: string): Promise<number> {
  const stats = await log.attempt(`Reading the metadata of ${path}`, stat(path));
  if (!stats?.isFile())
    throw new HostError(
      'invalid',
      `Can't read ${path}: it isn't a file, or you don't have permission`,
    );
  return stats.size;
}
