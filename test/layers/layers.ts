import { buildkitProtocol } from './buildkit.ts';
import { engineLayers } from './engine.ts';
import { hostLayers } from './host.ts';

/** Every layer, with the paths that it may import besides its own and the grammar's. */
export const layers: Record<string, readonly string[]> = {
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
    'guest-agent/buildkit',
    'guest-agent/engine',
    'guest-agent/runtime',
    'guest-agent/registry',
    'guest-agent/errors.ts',
    'guest-agent/version.ts',
  ],
  // Workloads of Kubernetes on this engine.
  'guest-agent/kube': [
    'guest-agent/kube/objects',
    'guest-agent/contract',
    'guest-agent/engine',
    'guest-agent/network',
    'guest-agent/registry',
    'guest-agent/runtime',
    'guest-agent/store',
    'guest-agent/errors.ts',
    'guest-agent/version.ts',
  ],
  // What is known of Kubernetes objects, without this engine.
  'guest-agent/kube/objects': ['guest-agent/kube/kube-error.ts', 'guest-agent/store'],
  'guest-agent/buildkit': [
    'guest-agent/build',
    'guest-agent/engine',
    'guest-agent/registry',
    'guest-agent/runtime',
    'guest-agent/network',
    'guest-agent/store',
    'guest-agent/contract/quoted-lines.ts',
    'guest-agent/contract/stream-flow.ts',
    'guest-agent/errors.ts',
    'guest-agent/version.ts',
    ...buildkitProtocol,
  ],
  'guest-agent/buildkit/generated': [],
  'guest-agent/buildkit/grpc': [
    'guest-agent/buildkit/generated',
    'guest-agent/contract/stream-flow.ts',
  ],
  ...Object.fromEntries(
    ['tree-entry.ts', 'send-tree.ts', 'receive-packets.ts'].map((file) => [
      `guest-agent/buildkit/files/${file}`,
      [...buildkitProtocol, 'guest-agent/errors.ts'],
    ]),
  ),
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
