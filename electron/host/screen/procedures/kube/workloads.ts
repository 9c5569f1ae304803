import type { KubeProgress, KubeRef } from '../../../../api/kube/place.ts';
import { eventStream } from '../../../compose/apply/event-stream.ts';
import { awaitRollout } from '../../../kube/apply/await-rollout.ts';
import { deleteObjects } from '../../../kube/apply/delete-manifests.ts';
import type { KubeConnections } from '../../../kube/client/connections.ts';
import type { KubeClient } from '../../../kube/client/kube-client.ts';
import { objectPath } from '../../../kube/client/resources.ts';
import { PATIENCE } from '../../../kube/progress.ts';
import {
  restartWorkload,
  restoreRevision,
  scaleWorkload,
} from '../../../kube/workloads/change-workload.ts';
import { followWorkloads } from '../../../kube/workloads/follow-workloads.ts';
import {
  listRevisions,
  type NamedWorkload,
  revisionToRestore,
} from '../../../kube/workloads/revisions.ts';
import { screen } from '../../implementer.ts';

export function kubeWorkloadHandlers(clusters: KubeConnections) {
  const open = async ({ context, kind, namespace, name }: KubeRef) => {
    const { client, resources } = await clusters.open(context);
    const resource = await resources.named(kind);
    return { client, workload: { resource, namespace, name } };
  };
  /** Makes a change, and reports how the pods are replaced. */
  async function* rollOut(
    ref: KubeRef,
    change: (client: KubeClient, workload: NamedWorkload) => Promise<void>,
    gone: AbortSignal,
  ) {
    const { client, workload } = await open(ref);
    await change(client, workload);
    yield* eventStream<KubeProgress>(
      (report, signal) => awaitRollout(client, [workload], { timeout: PATIENCE }, report, signal),
      gone,
    );
  }
  return {
    watch: screen.kube.workloads.watch.handler(async function* ({ input, context }) {
      const { client } = await clusters.open(input.context);
      yield* followWorkloads(client, input.namespace, context.gone);
    }),
    scale: screen.kube.workloads.scale.handler(async ({ input: { replicas, ...ref } }) => {
      const { client, workload } = await open(ref);
      await scaleWorkload(client, workload, replicas);
    }),
    restart: screen.kube.workloads.restart.handler(async function* ({ input, context }) {
      yield* rollOut(input, restartWorkload, context.gone);
    }),
    revisions: screen.kube.workloads.revisions.handler(async ({ input }) => {
      const { client, workload } = await open(input);
      const revisions = await listRevisions(client, workload);
      return revisions.map(({ number, cause, images, isCurrent }) => ({
        ...{ number, cause, images, isCurrent },
      }));
    }),
    undo: screen.kube.workloads.undo.handler(async function* ({ input, context }) {
      const { revision, ...ref } = input;
      const restore = async (client: KubeClient, workload: NamedWorkload) => {
        const revisions = await listRevisions(client, workload);
        await restoreRevision(client, workload, revisionToRestore(revisions, workload, revision));
      };
      yield* rollOut(ref, restore, context.gone);
    }),
    remove: screen.kube.workloads.remove.handler(async function* ({ input, context }) {
      const { client, workload } = await open(input);
      const { resource, namespace, name } = workload;
      const doomed = { resource, namespace, name, path: objectPath(resource, name, namespace) };
      yield* eventStream<KubeProgress>(
        (report, signal) =>
          deleteObjects(client, [doomed], { wait: true, timeout: PATIENCE }, report, signal),
        context.gone,
      );
    }),
  };
}
