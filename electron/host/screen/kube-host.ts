import { HostError } from '../base/errors.ts';
import { KubeConnections } from '../kube/client/connections.ts';
import { localEndpoint } from '../kube/client/endpoint.ts';
import type { ScreenHost } from './screen-host.ts';

/** The clusters of an app. A call to Berth's own never wakes the VM. */
export function connectClusters({
  machine,
  paths,
}: Pick<ScreenHost, 'machine' | 'paths'>): KubeConnections {
  const openLocal = async () => {
    const endpoint = localEndpoint(paths.kubeSocket);
    return {
      ...endpoint,
      async access() {
        const { state } = await machine.status();
        if (state === 'running') return endpoint.access();
        throw new HostError('machine-not-running', `the VM isn't running`);
      },
    };
  };
  return new KubeConnections(openLocal, process.env);
}
