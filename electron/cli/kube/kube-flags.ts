import type { Command } from 'commander';

/** The flags that choose a cluster and a namespace. They may stand before the verb too. */
export interface KubeFlags {
  readonly context?: string;
  readonly namespace?: string;
}

export function kubeFlags(command: Command): Command {
  return command
    .option('--context <context>', 'Kubernetes context to use')
    .option('-n, --namespace <name>', "Namespace to use if a manifest doesn't set one");
}
