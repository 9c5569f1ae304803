import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { runRandom } from './run-random.ts';
import { Side } from './side.ts';

/**
 * `random --host H --mount M` does random operations on both sides of a shared folder, and compares what
 * they see with a model. `--within 'berth exec -i NAME'` runs the mount's side with that command.
 * `--seed N` chooses the operations, `--minutes M` is how long, `--batch N` is how many operations each side
 * does before both are compared.
 */
export async function randomCommand(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      host: { type: 'string' },
      mount: { type: 'string' },
      within: { type: 'string' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '1' },
      batch: { type: 'string', default: '40' },
    },
  });
  if (values.host === undefined || values.mount === undefined) {
    throw new Error('random needs --host and --mount');
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort());
  }
  await mkdir(values.host, { recursive: true });
  const folder = await mkdtemp(join(values.host, 'random-'));
  const host = Side.start('host', folder);
  const mount = Side.start(
    'mount',
    join(values.mount, basename(folder)),
    values.within?.split(' '),
  );
  try {
    const { operations, batches, differences, slowest } = await runRandom([host, mount], {
      seed: Number(values.seed),
      until: Date.now() + Number(values.minutes) * 60_000,
      batch: Number(values.batch),
      signal: interrupted.signal,
    });
    for (const line of differences.slice(0, 60)) console.log(`  ${line}`);
    console.log(
      `random: ${operations} operations in ${batches} batches with seed ${values.seed}: ${differences.length} differences; both sides agreed after at most ${slowest} ms`,
    );
    return differences.length === 0;
  } finally {
    await Promise.all([host.stop(), mount.stop()]);
    await rm(folder, { recursive: true });
  }
}
