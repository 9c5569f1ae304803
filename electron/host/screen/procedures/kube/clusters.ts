import type { ClusterStart } from '../../../../api/kube/clusters.ts';
import { eventStream } from '../../../compose/apply/event-stream.ts';
import { readOnChange } from '../../../engine/changes.ts';
import type { EngineClient } from '../../../engine/connection/client.ts';
import { startContainer, stopContainer } from '../../../engine/containers.ts';
import { tallied } from '../../../images/pull-progress.ts';
import { clusterKubeconfig, connectCluster } from '../../../kube/cluster/cluster-context.ts';
import { clusterNames } from '../../../kube/cluster/cluster-names.ts';
import { createCluster, pullClusterImage } from '../../../kube/cluster/create-cluster.ts';
import { K3S_IMAGE } from '../../../kube/cluster/k3s.ts';
import { type Cluster, findCluster, listClusters } from '../../../kube/cluster/list-clusters.ts';
import { removeCluster } from '../../../kube/cluster/remove-cluster.ts';
import { kubeconfigPaths } from '../../../kube/contexts/kubeconfig.ts';
import { PATIENCE } from '../../../kube/progress.ts';
import { screen } from '../../implementer.ts';
import type { ScreenHost } from '../../screen-host.ts';

type Report = (event: ClusterStart) => void;

export function localClusterHandlers(host: ScreenHost) {
  const { engine } = host;
  const { env } = process;
  const { clusters } = screen.kube;
  const connect = (cluster: Cluster, report: Report, signal: AbortSignal) =>
    connectCluster(
      engine,
      cluster,
      { timeout: PATIENCE, kubeconfig: kubeconfigPaths(env)[0] },
      (step) => report({ step }),
      signal,
    );
  return {
    watch: clusters.watch.handler(async function* ({ context }) {
      yield* readOnChange(engine, 'container', () => read(engine), context.gone);
    }),
    defaultImage: clusters.defaultImage.handler(() => K3S_IMAGE),
    create: clusters.create.handler(async function* ({ input, context }) {
      const { name, image = K3S_IMAGE, port, flags } = input;
      clusterNames(name);
      yield* eventStream<ClusterStart>(async (report, signal) => {
        const pulling = pullClusterImage(engine, host, image, signal);
        for await (const pull of tallied(pulling, image)) report({ step: 'image', pull });
        const cluster = await createCluster(engine, { name, image, port, flags });
        await connect(cluster, report, signal);
      }, context.gone);
    }),
    start: clusters.start.handler(async function* ({ input, context }) {
      const cluster = await findCluster(engine, input.name);
      yield* eventStream<ClusterStart>(async (report, signal) => {
        await startContainer(engine, cluster.id);
        await connect(cluster, report, signal);
      }, context.gone);
    }),
    stop: clusters.stop.handler(async ({ input }) => {
      const { id } = await findCluster(engine, input.name);
      await stopContainer(engine, id);
    }),
    remove: clusters.remove.handler(async ({ input }) => {
      await removeCluster(engine, await findCluster(engine, input.name), kubeconfigPaths(env)[0]);
    }),
    kubeconfig: clusters.kubeconfig.handler(async ({ input, context }) =>
      clusterKubeconfig(engine, await findCluster(engine, input.name), context.gone),
    ),
    addContext: clusters.addContext.handler(async ({ input, context }) => {
      const cluster = await findCluster(engine, input.name);
      return connect(cluster, () => {}, context.gone);
    }),
  };
}

const read = async (engine: EngineClient) =>
  (await listClusters(engine)).map(({ id, ...cluster }) => ({ ...cluster, containerId: id }));
