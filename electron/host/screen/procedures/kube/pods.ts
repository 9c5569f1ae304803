import type { PodLogLine } from '../../../../api/kube/pods.ts';
import { eventBatches } from '../../../compose/apply/event-stream.ts';
import type { KubeConnections } from '../../../kube/client/connections.ts';
import { eventTime, type KubeEvent } from '../../../kube/objects/event.ts';
import { podLogs } from '../../../kube/pods/pod-logs.ts';
import { podTarget } from '../../../kube/pods/pod-target.ts';
import { followEvents } from '../../../kube/workloads/follow-events.ts';
import { screen } from '../../implementer.ts';

export function kubePodHandlers(clusters: KubeConnections) {
  return {
    logs: screen.kube.pods.logs.handler(async function* ({ input, context }) {
      const { kind, namespace, name, container, tail, previous = false } = input;
      const { client, resources } = await clusters.open(input.context);
      const target = await podTarget(client, resources, namespace, `${kind}/${name}`);
      let caughtUp = previous;
      const batches = eventBatches<PodLogLine | undefined>((report, signal) => {
        const onCaughtUp = () => {
          caughtUp = true;
          report(undefined);
        };
        const onUnreadable = (pod: string, text: string) =>
          report({ ...lineOf(pod, ''), stream: 'stderr', at: new Date().toISOString(), text });
        return podLogs(
          client,
          target,
          { container, tail, previous, follow: !previous, onCaughtUp, onUnreadable },
          ({ pod, container: own, at, text }) => report({ ...lineOf(pod, own), at, text }),
          signal,
        );
      }, context.gone);
      for await (const batch of batches) {
        yield { lines: batch.filter((line) => line !== undefined), caughtUp };
      }
    }),
    events: screen.kube.pods.events.handler(async function* ({ input, context }) {
      const { client } = await clusters.open(input.context);
      for await (const events of followEvents(client, input.namespace, context.gone)) {
        yield events.map(asScreenEvent);
      }
    }),
  };
}

/** Kubernetes doesn't say which stream a line comes from. */
const lineOf = (pod: string, container: string) => ({
  ...{ pod, container, stream: 'stdout' as const },
});

const asScreenEvent = (event: KubeEvent) => ({
  id: event.metadata.uid,
  at: eventTime(event),
  isWarning: event.type === 'Warning',
  ...{ reason: event.reason, message: event.message.trim(), count: event.count ?? 1 },
  ...{ kind: event.involvedObject.kind, name: event.involvedObject.name },
  namespace: event.involvedObject.namespace ?? event.metadata.namespace ?? '',
});
