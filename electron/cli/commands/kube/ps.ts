import type { Command } from 'commander';
import type { ListedObject } from '../../../api/kube/workloads.ts';
import { listWorkloads } from '../../../host/kube/workloads/list-workloads.ts';
import { type CliContext, printLine } from '../../context.ts';
import { humanDuration } from '../../format/duration.ts';
import { type ListingRow, renderListing } from '../../format/listing.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';

interface PsFlags extends KubeFlags {
  readonly allNamespaces?: boolean;
  readonly format?: string;
  readonly quiet?: boolean;
  readonly selector?: string;
}

const TABLE = '{{.Object}}\t{{.Ready}}\t{{.Status}}\t{{.Restarts}}\t{{.Age}}\t{{.Images}}';
const HEADERS = {
  ...{ Address: 'ADDRESS', Age: 'AGE', Images: 'IMAGES', Kind: 'KIND', Name: 'NAME' },
  ...{ Namespace: 'NAMESPACE', Node: 'NODE', Object: 'NAME', Ready: 'READY' },
  ...{ Restarts: 'RESTARTS', Status: 'STATUS' },
};

export function define(command: Command, context: CliContext): void {
  kubeFlags(command)
    .option('-A, --all-namespaces', 'Show the objects of all namespaces')
    .option(
      '--format <format>',
      'Format output: table [TEMPLATE], json or a template, e.g. {{.Name}}',
    )
    .option('-l, --selector <labels>', 'Show only objects with these labels, e.g. app=web')
    .option('-q, --quiet', 'Only display the names of pods')
    .action(async (flags: PsFlags) => {
      const { client, namespace } = await openCluster(context, flags, 'local');
      const { allNamespaces, selector, format } = flags;
      const query = selector === undefined ? {} : { labelSelector: selector };
      const found = await listWorkloads(client, allNamespaces ? undefined : namespace, query);
      if (flags.quiet) {
        for (const { kind, name } of found) if (kind === 'Pod') printLine(context, name);
        return;
      }
      const table = allNamespaces ? `{{.Namespace}}\t${TABLE}` : TABLE;
      const rows = found.map((object) => rowOf(object, format !== undefined));
      context.stdout.write(renderListing(rows, { format, table, headers: HEADERS }));
    });
}

function rowOf(object: ListedObject, isPlain: boolean): ListingRow {
  const { kind, name, depth, created } = object;
  const seconds = (Date.now() - Date.parse(created)) / 1000;
  const path = `${kind.toLowerCase()}/${name}`;
  return {
    ...{ Address: object.address, Age: humanDuration(seconds), Images: object.images.join(', ') },
    ...{ Kind: kind, Name: name, Namespace: object.namespace, Node: object.node },
    Object: isPlain ? path : `${'  '.repeat(depth)}${path}`,
    ...{ Ready: object.ready, Restarts: object.restarts, Status: object.status },
  };
}
