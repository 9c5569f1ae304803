import { buildkitProtocol } from './buildkit.ts';

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
  uninstall: ['base', 'home'],
  proxy: ['base', 'docker-cli'],
  machine: ['base', 'home', 'settings', 'engine'],
  supervisor: [
    ...['base', 'home', 'settings', 'hypervisor', 'ports', 'engine', 'docker-cli', 'proxy'],
    'machine',
  ],
  'vm-image': ['base', 'home', 'machine'],
  archive: ['base'],
  'local-files': ['base'],
  credentials: ['base', 'settings', 'docker-cli', 'engine'],
  buildkit: ['base', 'archive', 'credentials', 'engine'],
  build: ['base', 'credentials', 'engine', 'buildkit'],
  images: ['base', 'engine'],
  networks: ['base', 'engine'],
  stats: ['base', 'engine'],
  prune: ['engine', 'images'],
  files: ['base', 'archive', 'engine'],
  volumes: ['base', 'archive', 'engine'],
  containers: ['base', 'home', 'engine', 'images'],
  logs: ['base', 'engine'],
  run: ['base', 'settings', 'ports', 'engine', 'containers'],
  compose: [
    ...['base', 'archive', 'settings', 'credentials', 'engine', 'buildkit', 'build', 'containers'],
    ...['images', 'logs'],
  ],
  kube: ['base', 'home', 'ports', 'credentials', 'engine', 'files', 'logs', 'compose'],
  notices: ['base', 'settings', 'engine', 'machine'],
  shell: ['base', 'home', 'docker-cli', 'engine'],
  doctor: [
    ...['base', 'home', 'settings', 'hypervisor', 'docker-cli', 'credentials', 'engine', 'machine'],
  ],
  diagnostics: ['base', 'home', 'engine', 'machine', 'doctor'],
};

/** A process of its own: it is started, never imported. */
export const supervisor = 'electron/host/supervisor';

const inHost = (folder: string) => `electron/host/${folder}`;
const features = Object.keys(hostFolders).filter((folder) => folder !== 'supervisor');

/** The folders of `electron/host`, each with the paths that it may import. */
export const hostLayers: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    Object.entries(hostFolders).map(([folder, others]) => [
      inHost(folder),
      ['electron/api', 'guest-agent/contract', ...others.map(inHost)],
    ]),
  ),
  'electron/host/buildkit': [
    ...['electron/api', 'guest-agent/contract', ...buildkitProtocol],
    ...(hostFolders.buildkit ?? []).map(inHost),
  ],
  'electron/host/base': ['electron/api', 'guest-agent/contract', 'package.json'],
  // Manifests from containers and Compose projects: needs no cluster.
  'electron/host/kube/generate': [
    ...['electron/api', 'guest-agent/contract'],
    ...['base', 'compose', 'containers', 'engine'].map(inHost),
  ],
  'electron/host/screen': ['electron/api', 'guest-agent/contract', ...features.map(inHost)],
  'electron/host/host.ts': ['electron/api', ...features.map(inHost)],
};
