import type { Engine } from '../engine/engine.ts';
import { type Finding, orphan } from './finding.ts';
import type { Reality } from './reality.ts';

/** IDs of containers and execs. */
const ID = /^[0-9a-f]{64}$/;

/** Parts of runs whose container or exec the engine doesn't know. */
export function strayRuns(engine: Engine, reality: Reality): Finding[] {
  const { containers, execs, directories } = engine;
  const isKnown = (id: string) =>
    containers.find(id) !== undefined || containers.unreadable.has(id) || reality.ofBuilds.has(id);
  const runningExecs = new Set(
    containers
      .all()
      .flatMap(({ id }) => execs.of(id))
      .filter(({ status }) => status !== 'exited')
      .map(({ id }) => id),
  );
  const strays = (ids: readonly string[], what: string) =>
    ids
      .filter((id) => ID.test(id) && !isKnown(id))
      .map((id) => orphan(`${what} ${id.slice(0, 12)}`, `No container owns the ${what} ${id}.`));
  const monitored = reality.processes
    .filter(({ words }) => words[0] === 'conmon')
    .map(({ words }) => words[words.indexOf('--cuuid') + 1] ?? '')
    .filter((id) => !runningExecs.has(id));
  const ofImages = reality.mounts
    .filter(({ mountPoint }) => mountPoint.startsWith(`${directories.imageTrees}/`))
    .map(({ mountPoint }) => mountPoint);
  return [
    ...strays(reality.bundles, 'directory of a run'),
    ...strays(reality.namespaces, 'network namespace'),
    ...strays(reality.runtime, 'entry of the runtime'),
    ...strays(reality.cgroups, 'cgroup'),
    ...strays(monitored, 'monitor'),
    ...strays(reality.exits, 'exit code'),
    ...strays(mountedIds(reality, directories.bundle('')), 'mount'),
    ...strays(mountedIds(reality, directories.networkNamespace('')), 'mounted network namespace'),
    ...reality.execs
      .filter((id) => !runningExecs.has(id))
      .map((id) => orphan(`exec ${id.slice(0, 12)}`, `No exec owns the directory of exec ${id}.`)),
    ...ofImages.map((path) => orphan(path, `An image is mounted at ${path}, and nothing uses it.`)),
  ];
}

/** The names right below a directory at or below which something is mounted. */
function mountedIds({ mounts }: Reality, directory: string): string[] {
  const prefix = `${directory.replace(/\/$/, '')}/`;
  const ids = mounts
    .filter(({ mountPoint }) => mountPoint.startsWith(prefix))
    .map(({ mountPoint }) => mountPoint.slice(prefix.length).split('/')[0] ?? '');
  return [...new Set(ids)];
}
