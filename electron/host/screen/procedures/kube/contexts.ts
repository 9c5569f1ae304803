import type { KubeConnections } from '../../../kube/client/connections.ts';
import { isWithheld } from '../../../kube/client/follow-lists.ts';
import { listObjects } from '../../../kube/client/list-objects.ts';
import { chooseContext } from '../../../kube/contexts/choose-context.ts';
import { findContext, listContexts } from '../../../kube/contexts/contexts.ts';
import { kubeconfigPaths } from '../../../kube/contexts/kubeconfig.ts';
import { screen } from '../../implementer.ts';
import type { ScreenHost } from '../../screen-host.ts';

export function kubeContextHandlers({ paths }: ScreenHost, clusters: KubeConnections) {
  const { env } = process;
  return {
    list: screen.kube.contexts.list.handler(async () => [...(await listContexts(env)).all]),
    use: screen.kube.contexts.use.handler(async ({ input }) => {
      const { name } = findContext(await listContexts(env), input.context);
      await chooseContext(kubeconfigPaths(env)[0], name, paths);
    }),
    namespaces: screen.kube.contexts.namespaces.handler(async ({ input, context }) => {
      const { client, namespace } = await clusters.open(input.context);
      try {
        const { items } = await listObjects(client, '/api/v1/namespaces', {}, context.gone);
        const names = items.map(({ metadata }) => metadata.name);
        return [...new Set([...names, namespace])].sort();
      } catch (error) {
        if (isWithheld(error)) return [namespace];
        throw error;
      }
    }),
  };
}
