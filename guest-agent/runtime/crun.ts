import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { removeLeftCgroup } from './cgroup/cgroup.ts';
import type { Directories } from './directories.ts';
import { killPrograms } from './process/process-state.ts';
import { ProgramError, run, runCleanup } from './process/program.ts';

/** conmon needs the full path. */
export const crunPath = '/usr/bin/crun';

/** Arguments before the subcommand, the same for the agent's calls and for conmon's. */
export function runtimeArguments(directories: Directories): string[] {
  return [`--root=${directories.runtimeRoot}`, '--cgroup-manager=cgroupfs'];
}

/** crun's error about an unknown container, in different versions. */
const UNKNOWN = /does not exist|\/status`?: No such file or directory/;

const stateSchema = z.object({ status: z.string(), pid: z.int() });

/** The OCI runtime crun, through its command line (runtime-spec, runtime.md). */
export class Crun {
  readonly #directories: Directories;

  constructor(directories: Directories) {
    this.#directories = directories;
  }

  /** Starts the process of a created container. */
  start(id: string): Promise<void> {
    return this.#run('start', id);
  }

  pause(id: string): Promise<void> {
    return this.#run('pause', id);
  }

  resume(id: string): Promise<void> {
    return this.#run('resume', id);
  }

  /** Sets limits of a running container. `resources` has the OCI form (config-linux.md). */
  async update(id: string, resources: object): Promise<void> {
    const path = join(this.#directories.bundle(id), 'resources.json');
    await writeFile(path, JSON.stringify(resources));
    await this.#run('update', '--resources', path, id);
  }

  /** Removes the remains of a container and kills its processes. Idempotent. */
  async delete(id: string): Promise<void> {
    try {
      await runCleanup(crunPath, [
        ...runtimeArguments(this.#directories),
        ...['delete', '--force', id],
      ]);
    } catch (error) {
      if (!(error instanceof ProgramError) || !UNKNOWN.test(error.stderr)) throw error;
      // If conmon was killed, its crun may still be creating the container.
      await killPrograms(crunPath, id);
    }
    // A crun that was killed while it created the container leaves a cgroup, with a process in it.
    await removeLeftCgroup(id);
  }

  /** Undefined if crun doesn't know the container. */
  async state(id: string): Promise<z.infer<typeof stateSchema> | undefined> {
    try {
      const text = await run(crunPath, [...runtimeArguments(this.#directories), 'state', id]);
      return stateSchema.parse(JSON.parse(text));
    } catch (error) {
      // Any other failure, such as a killed crun, shows nothing about the container.
      if (error instanceof ProgramError && UNKNOWN.test(error.stderr)) return undefined;
      throw error;
    }
  }

  async #run(verb: string, ...args: string[]): Promise<void> {
    await run(crunPath, [...runtimeArguments(this.#directories), verb, ...args]);
  }
}

/** The functions of crun that the engine uses. */
export type OciRuntime = Pick<Crun, keyof Crun>;
