import type { ClusterStart } from '../../../electron/api/kube/clusters.ts';
import { type Progress, startActivity } from '../../activity/activity.ts';
import { client, queryClient } from '../../connection/screen.ts';
import { layerProgress } from '../../images/transfer.ts';
import { CONTEXTS_KEY } from './use-contexts.ts';

export interface NewCluster {
  readonly name: string;
  readonly image?: string;
  readonly port?: number;
  readonly flags: string[];
}

type Open = (options: { signal: AbortSignal }) => Promise<AsyncIterable<ClusterStart>>;

/** Creates a cluster, with progress at the bottom of the page, and waits until it is ready. */
export const createCluster = (cluster: NewCluster): Promise<void> =>
  run(cluster.name, `Creating cluster ${cluster.name}`, (call) =>
    client.kube.clusters.create(cluster, call),
  );

export const startCluster = (name: string): Promise<void> =>
  run(name, `Starting cluster ${name}`, (call) => client.kube.clusters.start({ name }, call));

const WORDS: Readonly<Record<Exclude<ClusterStart['step'], 'image'>, string>> = {
  container: 'Waiting for k3s to start',
  api: 'Waiting for the API',
  node: 'Waiting for the node',
  ready: 'The node is ready',
};

async function run(name: string, title: string, open: Open): Promise<void> {
  await startActivity({
    title,
    done: () => `Cluster ${name} is ready`,
    async run(signal, report) {
      const pulls = layerProgress(report);
      for await (const event of await open({ signal })) tell(event, pulls, report);
    },
  });
  await queryClient.invalidateQueries({ queryKey: CONTEXTS_KEY });
}

function tell(
  event: ClusterStart,
  pulls: ReturnType<typeof layerProgress>,
  report: (progress: Progress) => void,
): void {
  if (event.step === 'image') pulls(event.pull);
  else report({ text: WORDS[event.step] });
}
