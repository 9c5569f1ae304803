import { ProgramError, run } from '../process/program.ts';

/** Milliseconds: millions of files take minutes. */
const DEADLINE = 10 * 60_000;

/**
 * Bytes that a directory takes on its disk, hard links counted once (du(1)). What vanishes
 * meanwhile doesn't count, be it the directory itself.
 */
export async function directorySize(path: string): Promise<number> {
  const kibibytes = await run('du', ['-s', '-k', '-x', path], { deadline: DEADLINE }).catch(
    (error) => {
      if (error instanceof ProgramError) return error.stdout;
      throw error;
    },
  );
  return (Number.parseInt(kibibytes, 10) || 0) * 1024;
}
