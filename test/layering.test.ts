import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Import, importsOf, sources } from './imports.ts';

/*
 * The arrows of the architecture (CONTRIBUTING.md, "Who may import whom"). A file may import from
 * its own layer and from what is listed; anything else is a mistake that only shows later.
 */
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
    'sleep.ts': [],
  }),
};

function aboveEngineType(parts: Record<string, readonly string[]>) {
  const common = ['engine.ts', 'containers/record', 'containers/request'];
  return Object.fromEntries(
    Object.entries(parts).map(([part, used]) => [part, [...common, ...used]]),
  );
}

const inEngine = (part: string) => `guest-agent/engine/${part}`;

const engineLayers = Object.fromEntries([
  ...engineBasics.map((part) => [inEngine(part), belowEngine] as const),
  ...Object.entries(engineParts).map(
    ([part, used]) =>
      [inEngine(part), [...belowEngine, ...[...engineBasics, ...used].map(inEngine)]] as const,
  ),
]);

/**
 * Folders of `electron/host`, each with the others that it may import. `supervisor` is the process
 * that owns the VM; nothing outside of it imports it. `base`, `home`, `settings`, `hypervisor`, `ports`,
 * `docker-cli`, `proxy` and the engine's client serve both processes. The features run in the
 * processes that ask: the command line, the app and the browser mode.
 */
const hostFolders: Record<string, readonly string[]> = {
  base: [],
  home: ['base'],
  settings: ['base', 'home'],
  hypervisor: ['base', 'home'],
  ports: ['base'],
  engine: ['base', 'home'],
  install: ['base', 'home'],
  'docker-cli': ['base', 'home', 'install'],
  proxy: ['base', 'docker-cli'],
  machine: ['base', 'home', 'settings', 'engine'],
  supervisor: [
    ...['base', 'home', 'settings', 'hypervisor', 'ports', 'engine', 'docker-cli', 'proxy'],
    'machine',
  ],
  archive: ['base'],
  'local-files': ['base'],
  credentials: ['base', 'settings', 'docker-cli', 'engine'],
  build: ['base', 'credentials', 'engine'],
  images: ['base', 'engine'],
  networks: ['base', 'engine'],
  stats: ['base', 'engine'],
  prune: ['engine', 'images'],
  files: ['base', 'archive', 'engine'],
  volumes: ['base', 'archive', 'engine'],
  containers: ['base', 'engine', 'images'],
  logs: ['base', 'engine'],
  run: ['base', 'settings', 'ports', 'engine', 'containers'],
  compose: [
    ...['base', 'settings', 'credentials', 'engine', 'build', 'containers', 'images', 'logs'],
  ],
  notices: ['base', 'settings', 'engine', 'machine'],
  shell: ['base', 'home', 'docker-cli', 'engine'],
  doctor: [
    ...['base', 'home', 'settings', 'hypervisor', 'docker-cli', 'credentials', 'engine', 'machine'],
  ],
  diagnostics: ['base', 'home', 'engine', 'machine', 'doctor'],
};

/** A process of its own: it is started, never imported. */
const supervisor = 'electron/host/supervisor';

const inHost = (folder: string) => `electron/host/${folder}`;
const features = Object.keys(hostFolders).filter((folder) => folder !== 'supervisor');

const hostLayers: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    Object.entries(hostFolders).map(([folder, others]) => [
      inHost(folder),
      ['electron/api', 'guest-agent/contract', ...others.map(inHost)],
    ]),
  ),
  'electron/host/screen': ['electron/api', 'guest-agent/contract', ...features.map(inHost)],
  'electron/host/host.ts': ['electron/api', ...features.map(inHost)],
};

const layers: Record<string, readonly string[]> = {
  ...engineLayers,
  renderer: ['electron/api'],
  'electron/main': ['electron/host', 'electron/api'],
  'electron/preload': ['electron/api'],
  'electron/web': ['electron/host', 'electron/api'],
  'electron/cli': [
    'electron/host',
    'electron/api',
    'electron/web',
    'guest-agent/contract/engine-types.ts',
    'guest-agent/contract/host-path.ts',
    'package.json',
  ],
  ...hostLayers,
  'electron/api': ['guest-agent/contract'],
  'guest-agent/contract': [],
  'guest-agent/grammar': ['guest-agent/contract/engine-types.ts'],
  'guest-agent/main.ts': ['guest-agent'],
  'guest-agent/api': [
    'guest-agent/contract',
    'guest-agent/build',
    'guest-agent/engine',
    'guest-agent/runtime',
    'guest-agent/registry',
    'guest-agent/errors.ts',
    'guest-agent/version.ts',
  ],
  'guest-agent/build': [
    'guest-agent/contract',
    'guest-agent/engine',
    'guest-agent/registry',
    'guest-agent/runtime',
    'guest-agent/store/tar',
    'guest-agent/errors.ts',
  ],
  'guest-agent/registry': [
    'guest-agent/contract',
    'guest-agent/store',
    'guest-agent/errors.ts',
    'guest-agent/version.ts',
  ],
  'guest-agent/shares': ['guest-agent/contract', 'guest-agent/runtime', 'guest-agent/errors.ts'],
  'guest-agent/store': [
    'guest-agent/contract',
    'guest-agent/runtime/mounts/mount.ts',
    'guest-agent/runtime/mounts/mount-info.ts',
    'guest-agent/runtime/process/program.ts',
    'guest-agent/errors.ts',
  ],
  'guest-agent/network': ['guest-agent/contract', 'guest-agent/runtime', 'guest-agent/errors.ts'],
  'guest-agent/runtime': ['guest-agent/errors.ts'],
  'guest-agent/errors.ts': [],
  'guest-agent/version.ts': [],
};

/** Every layer may import the grammar, which imports only the types of the Engine API. */
const GRAMMAR = 'guest-agent/grammar';

/** Packages that only one layer may know. */
const packages: Record<string, RegExp> = {
  electron: /^electron\/(main|preload)\//,
  ssh2: /^electron\/host\/supervisor\/bridge\//,
  'node-pty': /^electron\/host\/shell\//,
  koffi: /^guest-agent\/runtime\//,
  react: /^renderer\//,
  'react-dom': /^renderer\//,
};

const isIn = (path: string, layer: string) => path === layer || path.startsWith(`${layer}/`);

/** The layer of a file: the longest name that fits. */
function layerOf(path: string): string | undefined {
  return Object.keys(layers)
    .filter((layer) => isIn(path, layer))
    .sort((a, b) => b.length - a.length)[0];
}

function crossesLayers({ file, target, isFile, typeOnly }: Import): boolean {
  if (!isFile && isIn(file, GRAMMAR)) return !typeOnly;
  if (!isFile) return packages[target] !== undefined && !packages[target].test(file);
  const layer = layerOf(file);
  if (layer === undefined) return true;
  if (isIn(target, supervisor) && layer !== supervisor) return true;
  if (layerOf(target) === layer) return false;
  return ![GRAMMAR, ...(layers[layer] ?? [])].some((name) => isIn(target, name));
}

const mistakes = (imports: readonly Import[]) =>
  imports.filter(crossesLayers).map(({ file, target }) => `${file} -> ${target}`);

const files = ['electron', 'guest-agent', 'renderer'].flatMap(sources);

describe('layers', () => {
  it('import only what is below them', () => {
    const imports = files.flatMap((file) => importsOf(file));
    expect(imports.length).toBeGreaterThan(1000);
    expect(mistakes(imports)).toEqual([]);
  });

  it('hold every file', () => {
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it.each([
    ['renderer/main.tsx', "import { createHost } from '../electron/host/host.ts';"],
    ['renderer/main.tsx', "import type { Host } from '../electron/host/host.ts';"],
    ['electron/host/host.ts', "export { runCli } from '../cli/run-cli.ts';"],
    ['electron/host/host.ts', "import '../web/server.ts';"],
    ['electron/host/host.ts', "import { app } from 'electron';"],
    ['electron/host/host.ts', "import { Lifecycle } from './supervisor/lifecycle/lifecycle.ts';"],
    ['electron/cli/main.ts', "import { createBoot } from '../host/supervisor/boot/boot.ts';"],
    ['electron/host/compose/logs.ts', "import { router } from '../screen/router.ts';"],
    ['electron/host/engine/build.ts', "import { pack } from '../build/pack-context.ts';"],
    ['electron/host/doctor/check.ts', "import type { Host } from '../host.ts';"],
    [
      'electron/host/base/log.ts',
      "import {\n  EngineError,\n} from '../../../guest-agent/errors.ts';",
    ],
    ['electron/api/router.ts', "const host = await import('../host/host.ts');"],
    ['electron/cli/main.ts', "import { root } from 'react-dom/client';"],
    ['guest-agent/runtime/crun.ts', "import { Engine } from '../engine/engine.ts';"],
    [
      'guest-agent/store/content.ts',
      "import { pull } from '../engine/images/distribution/pull.ts';",
    ],
    ['guest-agent/runtime/crun.ts', "import type { Engine } from '../engine/engine.ts';"],
    ['guest-agent/engine/networks/remove.ts', "import type { Engine } from '../engine.ts';"],
    ['guest-agent/engine/images/store/image.ts', "import type { Images } from '../images.ts';"],
    ['guest-agent/engine/containers/mounts/a.ts', "import { b } from '../lifecycle/start.ts';"],
    ['guest-agent/engine/undo.ts', "import type { Network } from './networks/network.ts';"],
    ['guest-agent/errors.ts', "import { Engine } from './engine/engine.ts';"],
    ['guest-agent/grammar/size.ts', "import { EngineError } from '../errors.ts';"],
    ['guest-agent/grammar/size.ts', "import type { HostPath } from '../contract/host-path.ts';"],
    ['guest-agent/grammar/size.ts', "import * as z from 'zod';"],
    ['guest-agent/grammar/size.ts', "import { resolve } from 'node:path';"],
  ])('would be crossed in %s by %s', (file, line) => {
    expect(mistakes(importsOf(file, line))).toHaveLength(1);
  });
});

/**
 * The folders of the screen. A file may import from its own folder and from the rows above, not from
 * another folder of its row: pages don't import one another.
 */
const screenRows = [
  ['format', 'navigation', 'charts'],
  ['connection', 'shortcuts'],
  ['components', 'theme', 'usage'],
  ['activity', 'desktop', 'drafts', 'local-files', 'notices', 'terminal'],
  ['containers', 'files', 'images', 'logs', 'machine'],
  ['prune'],
  ['pages/*', 'palette', 'welcome'],
  ['pages'],
  ['.'],
];

const screenFolder = (path: string) => posix.relative('renderer', posix.dirname(path)) || '.';

const screenRow = (folder: string) =>
  screenRows.findIndex((row) => row.includes(folder.replace(/^pages\/.+/, 'pages/*')));

const screenMistakes = (imports: readonly Import[]) =>
  imports
    .filter(({ file, target, isFile }) => {
      if (!isFile || !isIn(file, 'renderer') || !isIn(target, 'renderer')) return false;
      const [from, to] = [screenFolder(file), screenFolder(target)];
      return from !== to && screenRow(to) >= screenRow(from);
    })
    .map(({ file, target }) => `${file} -> ${target}`);

describe('folders of the screen', () => {
  const screenFiles = files.filter((file) => isIn(file, 'renderer'));

  it('import only what is above them', () => {
    const imports = screenFiles.flatMap((file) => importsOf(file));
    expect(imports.length).toBeGreaterThan(500);
    expect(screenMistakes(imports)).toEqual([]);
  });

  it('each have a row', () => {
    expect(screenFiles.filter((file) => screenRow(screenFolder(file)) < 0)).toEqual([]);
  });

  it.each([
    [
      'renderer/pages/image/image-page.tsx',
      "import { ImageList } from '../images/image-list.tsx';",
    ],
    ['renderer/images/transfer.ts', "import { RunPage } from '../pages/run/run-page.tsx';"],
    ['renderer/connection/screen.ts', "import { Page } from '../components/page.tsx';"],
    ['renderer/drafts/drafts.ts', "import type { FileView } from '../files/file-view.tsx';"],
  ])('would be crossed in %s by %s', (file, line) => {
    expect(screenMistakes(importsOf(file, line))).toHaveLength(1);
  });
});
