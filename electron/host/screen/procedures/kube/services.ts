import type { KubeConnections } from '../../../kube/client/connections.ts';
import { PortForwards } from '../../../kube/pods/port-forwards.ts';
import { followServices } from '../../../kube/workloads/follow-services.ts';
import { screen } from '../../implementer.ts';

export function kubeServiceHandlers(clusters: KubeConnections) {
  return {
    watch: screen.kube.services.watch.handler(async function* ({ input, context }) {
      const { client } = await clusters.open(input.context);
      yield* followServices(client, input.namespace, context.gone);
    }),
  };
}

/** `ended` aborts when the app ends. */
export function portForwardHandlers(clusters: KubeConnections, ended: AbortSignal) {
  const forwards = new PortForwards(clusters, ended);
  return {
    watch: screen.kube.forwards.watch.handler(async function* ({ context }) {
      yield* forwards.list(context.gone);
    }),
    start: screen.kube.forwards.start.handler(({ input }) => forwards.start(input)),
    stop: screen.kube.forwards.stop.handler(({ input }) => forwards.stop(input.id)),
  };
}
