import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Import, importsOf, sources } from './imports.ts';
import { supervisor } from './layers/host.ts';
import { layers } from './layers/layers.ts';

/*
 * The arrows of the architecture (CONTRIBUTING.md, "Who may import whom"). A file may import from
 * its own layer and from what is listed; anything else is a mistake that only shows later.
 */
/** Every layer may import the grammar, which imports only the types of the Engine API. */
const GRAMMAR = 'guest-agent/grammar';

/** Packages that only one layer may know. */
const packages: Record<string, RegExp> = {
  electron: /^electron\/(main|preload)\//,
  ssh2: /^electron\/host\/supervisor\/bridge\//,
  'node-pty': /^electron\/host\/shell\//,
  '@kubernetes/client-node': /^electron\/host\/kube\//,
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
    ['electron/host/engine/images.ts', "import { build } from '../build/run-build.ts';"],
    [
      'electron/host/buildkit/build.ts',
      "import { Jobs } from '../../../guest-agent/buildkit/jobs/jobs.ts';",
    ],
    [
      'electron/host/compose/build.ts',
      "import { callUnary } from '../../../guest-agent/buildkit/grpc/client.ts';",
    ],
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
  ['containers', 'files', 'images', 'logs', 'machine', 'recipes'],
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
