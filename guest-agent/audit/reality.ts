import type { Engine } from '../engine/engine.ts';
import { cgroupIds } from '../runtime/cgroup/cgroup.ts';
import { namesIn } from '../runtime/files/names-in.ts';
import { type MountInfo, readMounts } from '../runtime/mounts/mount-info.ts';
import { type FoundProcess, readProcesses } from '../runtime/process/process-state.ts';

/** What the kernel and the directories for running containers show at one moment. */
export interface Reality {
  readonly mounts: readonly MountInfo[];
  readonly processes: readonly FoundProcess[];
  /** Names of network interfaces. */
  readonly links: readonly string[];
  /** The names of the cgroups in which containers run by default. */
  readonly cgroups: readonly string[];
  /** The IDs that have files of a run. */
  readonly bundles: readonly string[];
  readonly namespaces: readonly string[];
  /** The IDs that the runtime knows. */
  readonly runtime: readonly string[];
  readonly execs: readonly string[];
  /** The IDs whose exit codes are kept. */
  readonly exits: readonly string[];
  /** Containers of builds that run now or were interrupted. Most have no records. */
  readonly ofBuilds: ReadonlySet<string>;
}

/** Reads all of it. */
export async function observe(
  { directories, networks }: Engine,
  buildContainers: string,
): Promise<Reality> {
  const [mounts, processes, links, cgroups, bundles, namespaces, runtime, execs, exits, builds] =
    await Promise.all([
      readMounts(),
      readProcesses(),
      networks.driver.interfaces(),
      cgroupIds(),
      namesIn(directories.bundle('')),
      namesIn(directories.networkNamespace('')),
      namesIn(directories.runtimeRoot),
      namesIn(directories.exec('')),
      namesIn(directories.exits),
      namesBelow(directories.builds),
    ]);
  const ofBuilds = builds
    .filter((name) => name.startsWith(buildContainers))
    .map((name) => name.slice(buildContainers.length));
  return {
    ...{ mounts, processes, links, cgroups, bundles, namespaces, execs, exits },
    // crun also keeps a cache here.
    runtime: runtime.filter((name) => !name.startsWith('.')),
    ofBuilds: new Set(ofBuilds),
  };
}

async function namesBelow(path: string): Promise<string[]> {
  const names = await Promise.all((await namesIn(path)).map((name) => namesIn(`${path}/${name}`)));
  return names.flat();
}
