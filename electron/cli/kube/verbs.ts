import { type Group, type Verb, verb } from '../verb.ts';
import { kubeFlags } from './kube-flags.ts';

const contextVerbs = {
  ls: verb('List the Kubernetes contexts', () => import('../commands/kube/context/ls.ts'), 'list'),
  use: verb(
    'Set the Kubernetes context that apply and other commands use',
    () => import('../commands/kube/context/use.ts'),
  ),
};

const rolloutVerbs = {
  history: verb(
    'List the earlier versions of a workload',
    () => import('../commands/kube/rollout/history.ts'),
  ),
  pause: verb('Pause the rollout of a workload', () => import('../commands/kube/rollout/pause.ts')),
  restart: verb(
    'Replace the pods of workloads',
    () => import('../commands/kube/rollout/restart.ts'),
  ),
  resume: verb('Resume a paused rollout', () => import('../commands/kube/rollout/resume.ts')),
  status: verb('Wait for a rollout', () => import('../commands/kube/rollout/status.ts')),
  undo: verb(
    'Go back to an earlier version of a workload',
    () => import('../commands/kube/rollout/undo.ts'),
  ),
};

const clusterVerbs = {
  create: verb(
    'Create a Kubernetes cluster in a container (k3s)',
    () => import('../commands/kube/cluster/create.ts'),
  ),
  kubeconfig: verb(
    'Print the kubeconfig of a cluster',
    () => import('../commands/kube/cluster/kubeconfig.ts'),
  ),
  load: verb(
    "Copy images of Berth's engine into a cluster",
    () => import('../commands/kube/cluster/load.ts'),
  ),
  ls: verb('List clusters', () => import('../commands/kube/cluster/ls.ts'), 'list'),
  rm: verb(
    'Remove a cluster with all its data',
    () => import('../commands/kube/cluster/rm.ts'),
    'remove',
  ),
  start: verb('Start a stopped cluster', () => import('../commands/kube/cluster/start.ts')),
  stop: verb('Stop a cluster', () => import('../commands/kube/cluster/stop.ts')),
};

/** The commands of `berth kube`. */
export const kubeVerbs: Readonly<Record<string, Verb | Group>> = {
  apply: verb(
    'Show what manifests would change in a cluster, ask, and apply them',
    () => import('../commands/kube/apply.ts'),
  ),
  cluster: { summary: 'Manage Kubernetes clusters in containers', verbs: clusterVerbs },
  context: { summary: 'Manage Kubernetes contexts', verbs: contextVerbs },
  delete: verb('Delete objects from a cluster', () => import('../commands/kube/delete.ts')),
  diff: verb(
    'Show what manifests would change in a cluster',
    () => import('../commands/kube/diff.ts'),
  ),
  down: verb('Remove the objects that play created', () => import('../commands/kube/down.ts')),
  events: verb('Show the events of a namespace', () => import('../commands/kube/events.ts')),
  exec: verb('Execute a command in a pod', () => import('../commands/kube/exec.ts')),
  generate: verb(
    'Write manifests for containers or for a Compose project',
    () => import('../commands/kube/generate.ts'),
  ),
  logs: verb('Fetch the logs of pods', () => import('../commands/kube/logs.ts')),
  play: verb("Run manifests on Berth's engine", () => import('../commands/kube/play.ts')),
  'port-forward': verb(
    'Forward ports of this host to a pod',
    () => import('../commands/kube/port-forward.ts'),
  ),
  ps: verb('List workloads and their pods', () => import('../commands/kube/ps.ts')),
  restart: verb(
    'Replace the pods of workloads',
    () => import('../commands/kube/rollout/restart.ts'),
  ),
  rollout: { summary: 'Manage rollouts', flags: kubeFlags, verbs: rolloutVerbs },
  scale: verb('Set the number of pods', () => import('../commands/kube/scale.ts')),
};
