import { ProgramError, run } from '../process/program.ts';
import { Slots } from '../process/slots.ts';

/** In milliseconds. Millions of files take minutes. */
const DEADLINE = 10 * 60_000;

/** A list with the sizes of a thousand containers must not start a thousand programs at once. */
const slots = new Slots(4);

/**
 * The bytes that a directory takes on disk, with hard links counted once (du(1)). Files that vanish
 * meanwhile don't count. Returns 0 for a missing directory.
 */
export async function directorySize(path: string): Promise<number> {
  using _ = await slots.take();
  const kibibytes = await run('du', ['-s', '-k', '-x', path], { deadline: DEADLINE }).catch(
    (error) => {
      if (error instanceof ProgramError) return error.stdout;
      throw error;
    },
  );
  return (Number.parseInt(kibibytes, 10) || 0) * 1024;
}
