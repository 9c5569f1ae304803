import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Leaves out the generated code of the Kubernetes client that Berth doesn't use: its package doesn't
 * say that its modules have no side effects, so esbuild would keep all of them.
 */
export const trimKubernetesClient: Plugin = {
  name: 'trim-kubernetes-client',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ importer, path }) =>
      /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/]/.test(importer)
        ? { path: join(dirname(importer), path), sideEffects: false }
        : undefined,
    );
  },
};
