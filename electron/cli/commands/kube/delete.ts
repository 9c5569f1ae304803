import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import {
  type Doomed,
  deleteManifests,
  deleteObjects,
} from '../../../host/kube/apply/delete-manifests.ts';
import type { KubeTarget } from '../../../host/kube/apply/target.ts';
import { listObjects } from '../../../host/kube/client/list-objects.ts';
import { listPath, objectPath } from '../../../host/kube/client/resources.ts';
import type { CliContext } from '../../context.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { askUnlessLocal } from '../../kube/ask-for.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { namedObjects } from '../../kube/named-objects.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { runWithKubeProgress } from '../../kube/run-with-kube-progress.ts';
import { type WaitFlags, waitFlags } from '../../kube/wait-flags.ts';

interface DeleteFlags extends KubeFlags, ManifestFlags, WaitFlags {
  readonly gracePeriod?: number;
  readonly selector?: string;
  readonly yes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  const described = command.argument('[object...]');
  waitFlags(manifestFlags(kubeFlags(described)), 'the objects are gone')
    .option('--grace-period <seconds>', 'Seconds before pods are killed', parseInteger)
    .option('-l, --selector <labels>', 'Delete the objects of a kind with these labels')
    .option('-y, --yes', "Don't ask before deleting from a cluster that isn't Berth's own")
    .action(async (objects: string[], flags: DeleteFlags) => {
      const manifests = flags.filename ? await manifestsOf(context, flags) : [];
      const target = await openCluster(context, flags, 'current');
      const named = await doomedOf(target, objects, flags.selector);
      if (manifests.length + named.length === 0) {
        throw new HostError('invalid', 'name what to delete', {
          hint: 'Use -f FILE, KIND/NAME, KIND NAME, or KIND -l app=web.',
        });
      }
      await ask(context, target, manifests.length + named.length, flags.yes ?? false);
      const { wait, timeout, gracePeriod } = flags;
      const how = { wait, timeout, gracePeriod };
      await runWithKubeProgress(context, async (report, signal) => {
        if (named.length > 0) await deleteObjects(target.client, named, how, report, signal);
        // As in kubectl, the claims that a StatefulSet made stay.
        const whole = { ...how, storage: 'named' as const };
        if (manifests.length > 0) await deleteManifests(target, manifests, whole, report, signal);
      });
    });
}

async function doomedOf(
  target: KubeTarget,
  words: readonly string[],
  labelSelector: string | undefined,
): Promise<Doomed[]> {
  const { client, resources, namespace } = target;
  if (labelSelector === undefined) {
    const named = await namedObjects(resources, words);
    return named.map(({ resource, name }) => ({
      ...{ resource, name, namespace: resource.isNamespaced ? namespace : undefined },
      path: objectPath(resource, name, namespace),
    }));
  }
  const [kind, ...others] = words;
  if (kind === undefined || others.length > 0) {
    throw new HostError('invalid', '--selector needs one kind, such as: delete pods -l app=web');
  }
  const resource = await resources.named(kind);
  const { items } = await listObjects(client, listPath(resource, namespace), { labelSelector });
  return items.map(({ metadata: { name } }) => ({
    ...{ resource, name, namespace: resource.isNamespaced ? namespace : undefined },
    path: objectPath(resource, name, namespace),
  }));
}

function ask(context: CliContext, target: KubeTarget, count: number, yes: boolean): Promise<void> {
  const { name } = target.client.context;
  const what = `${count} object${count === 1 ? '' : 's'} in context "${name}"`;
  const asked = { what: `delete ${what}`, question: `Delete ${what}?`, yes };
  return askUnlessLocal(context, target, asked);
}
