import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { type MountRequest, mountRequestSchema } from '../../engine/containers/request/config.ts';
import { type RunCommand, SCRIPTS } from '../instructions/run-command.ts';
import type { BuildSession } from '../session.ts';

/** A script of a `RUN` as a mount of its container. Ends when disposed of. */
export interface OpenScript extends AsyncDisposable {
  readonly requests: readonly MountRequest[];
}

/** Writes a script where its container can execute the script. */
export async function openScript(
  { engine }: BuildSession,
  script: RunCommand['script'],
): Promise<OpenScript> {
  if (script === undefined) return { requests: [], [Symbol.asyncDispose]: async () => {} };
  const directory = join(engine.directories.buildScripts, randomBytes(8).toString('hex'));
  const end = () => rm(directory, { recursive: true, force: true });
  try {
    // The Dockerfile chooses the name, so a `..` in the name must not lead out of the directory.
    const path = join(directory, posix.join('/', script.name));
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, script.text);
    // Unlike `writeFile`, this doesn't depend on the umask.
    await chmod(path, 0o755);
  } catch (error) {
    await end();
    throw error;
  }
  const mount = { Type: 'bind', Source: directory, Target: SCRIPTS, ReadOnly: true };
  return { requests: [mountRequestSchema.parse(mount)], [Symbol.asyncDispose]: end };
}
