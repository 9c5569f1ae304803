import type { Command } from 'commander';
import { followObjects } from '../../../host/kube/client/follow-objects.ts';
import { listObjects } from '../../../host/kube/client/list-objects.ts';
import { eventSchema, eventTime, type KubeEvent } from '../../../host/kube/objects/event.ts';
import { eventsPath } from '../../../host/kube/workloads/follow-events.ts';
import { untilInterrupted } from '../../compose/show-logs.ts';
import { type CliContext, printLine } from '../../context.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';

interface EventsFlags extends KubeFlags {
  readonly allNamespaces?: boolean;
  readonly json?: boolean;
  readonly watch?: boolean;
}

export function define(command: Command, context: CliContext): void {
  kubeFlags(command.argument('[kind/name]'))
    .option('-A, --all-namespaces', 'Show the events of all namespaces')
    .option('--json', 'Output events as a stream of json objects')
    .option('-w, --watch', 'Continue with new events')
    .action((word: string | undefined, flags: EventsFlags) => show(context, word, flags));
}

async function show(
  context: CliContext,
  word: string | undefined,
  flags: EventsFlags,
): Promise<void> {
  const { client, resources, namespace } = await openCluster(context, flags, 'local');
  const path = eventsPath(flags.allNamespaces ? undefined : namespace);
  const [kind = '', name] = word?.split('/') ?? [];
  const wanted = name === undefined ? undefined : await resources.named(kind);
  const isWanted = ({ involvedObject }: KubeEvent) =>
    word === undefined ||
    (involvedObject.name === (name ?? word) &&
      (wanted === undefined || involvedObject.kind === wanted.kind));
  const print = (event: KubeEvent) => {
    if (!isWanted(event)) return;
    printLine(context, flags.json ? JSON.stringify(event) : lineOf(event));
  };
  if (!flags.watch) {
    const { items } = await listObjects(client, path);
    return inOrder(items.map((item) => eventSchema.parse(item))).forEach(print);
  }
  await untilInterrupted(context, async (signal) => {
    for await (const change of followObjects(client, path, {}, signal)) {
      if (change.type === 'DELETED') continue;
      const objects = change.type === 'LIST' ? change.objects : [change.object];
      inOrder(objects.map((object) => eventSchema.parse(object))).forEach(print);
    }
  });
}

const inOrder = (events: readonly KubeEvent[]) =>
  [...events].sort((a, b) => (eventTime(a) < eventTime(b) ? -1 : 1));

function lineOf(event: KubeEvent): string {
  const { type, reason, message, involvedObject, count } = event;
  const object = `${involvedObject.kind.toLowerCase()}/${involvedObject.name}`;
  const times = count && count > 1 ? ` (${count} times)` : '';
  return `${eventTime(event)} ${type} ${reason} ${object}: ${message.trim()}${times}`;
}
