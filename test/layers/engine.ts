/** What every part of the engine may use. */
const belowEngine = [
  'guest-agent/contract',
  'guest-agent/registry',
  'guest-agent/store',
  'guest-agent/runtime',
  'guest-agent/network',
  'guest-agent/shares',
  'guest-agent/errors.ts',
];

/** The parts of the engine that use no other one. */
const engineBasics = [
  'archive',
  'events.ts',
  'filters.ts',
  'lock.ts',
  'parallel.ts',
  'request-fields.ts',
  'undo.ts',
  'unreadable-records.ts',
];

/** The other parts of the engine, from the lowest to the highest, each with those it uses. */
const engineParts: Record<string, readonly string[]> = {
  'prune.ts': [],
  files: [],
  'images/store': [],
  'images/distribution': ['images/store'],
  'images/removal': ['images/store', 'prune.ts'],
  'images/image-tree.ts': [],
  'images/images.ts': ['images/store', 'images/distribution', 'images/removal'],
  'images/registries.ts': ['images/images.ts', 'images/store', 'images/distribution'],
  'images/archives': ['images/images.ts', 'images/store', 'images/distribution'],
  'containers/request': [],
  // All that is known of containers, networks and volumes, and what may be done with it.
  'containers/record': ['containers/request', 'images/store'],
  networks: ['containers/record', 'prune.ts'],
  volumes: ['containers/record', 'files', 'prune.ts'],
  'engine.ts': ['containers/record', 'images/store', 'networks', 'volumes'],
  // What is done with containers.
  ...aboveEngineType({
    'containers/logs': [],
    'containers/inspect': [],
    'containers/mounts': ['volumes'],
    'containers/network': ['networks'],
    'containers/process': ['containers/mounts', 'containers/network'],
    'containers/streams': ['containers/logs'],
    'containers/exec': ['containers/mounts', 'containers/process', 'containers/streams'],
    'containers/health': ['containers/exec', 'containers/process'],
    'containers/lifecycle': [
      'containers/health',
      'containers/inspect',
      'containers/logs',
      'containers/mounts',
      'containers/network',
      'containers/process',
      'images/store',
      'prune.ts',
    ],
    'containers/recovery': [
      'containers/health',
      'containers/lifecycle',
      'containers/logs',
      'containers/mounts',
      'containers/network',
      'containers/process',
    ],
    'containers/files': [
      'containers/lifecycle',
      'containers/mounts',
      'containers/process',
      'files',
      'images/images.ts',
      'images/store',
    ],
    'sleep.ts': ['containers/mounts'],
  }),
};

function aboveEngineType(parts: Record<string, readonly string[]>) {
  const common = ['engine.ts', 'containers/record', 'containers/request'];
  return Object.fromEntries(
    Object.entries(parts).map(([part, used]) => [part, [...common, ...used]]),
  );
}

const inEngine = (part: string) => `guest-agent/engine/${part}`;

/** The parts of the guest's engine, each with the paths that it may import. */
export const engineLayers = Object.fromEntries([
  ...engineBasics.map((part) => [inEngine(part), belowEngine] as const),
  ...Object.entries(engineParts).map(
    ([part, used]) =>
      [inEngine(part), [...belowEngine, ...[...engineBasics, ...used].map(inEngine)]] as const,
  ),
]);
