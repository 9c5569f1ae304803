import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { podLogs } from '../../../host/kube/pods/pod-logs.ts';
import { podsWithLabels, podTarget } from '../../../host/kube/pods/pod-target.ts';
import { untilInterrupted } from '../../compose/show-logs.ts';
import type { CliContext } from '../../context.ts';
import { parseTail } from '../../flags/tail.ts';
import { parseInstant } from '../../flags/time.ts';
import { logPrefixes } from '../../format/log-prefix.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';

interface LogsFlags extends KubeFlags {
  /** False with `--no-color`. */
  readonly color: boolean;
  readonly container?: string;
  readonly follow?: boolean;
  /** False with `--no-log-prefix`. */
  readonly logPrefix: boolean;
  readonly previous?: boolean;
  readonly selector?: string;
  readonly since?: string;
  readonly tail?: number;
  readonly timestamps?: boolean;
}

export function define(command: Command, context: CliContext): void {
  kubeFlags(command.argument('[pod]'))
    .option('-c, --container <name>', 'Show only this container')
    .option('-f, --follow', 'Follow log output')
    .option('--no-color', 'Produce monochrome output')
    .option('--no-log-prefix', "Don't print prefix in logs")
    .option('-p, --previous', 'Show logs of the previous container run')
    .option('-l, --selector <labels>', 'Show the pods with these labels, e.g. app=web')
    .option('--since <time>', 'Show logs since a time or duration, e.g. 42m', (text) =>
      parseInstant(text),
    )
    .option(
      '--tail <lines>',
      'Number of lines to show from the end of the logs for each container',
      parseTail,
    )
    .option('-t, --timestamps', 'Show timestamps')
    .action((pod: string | undefined, flags: LogsFlags) => show(context, pod, flags));
}

async function show(context: CliContext, pod: string | undefined, flags: LogsFlags): Promise<void> {
  const { selector, previous = false, timestamps = false, follow = false } = flags;
  if ((pod === undefined) === (selector === undefined)) {
    throw new HostError('invalid', 'name a pod, or its labels with --selector', {
      hint: 'Use POD, deploy/NAME, or -l app=web.',
    });
  }
  if (previous && follow) throw new HostError('invalid', "--previous can't be used with --follow");
  const { client, resources, namespace } = await openCluster(context, flags, 'local');
  const target =
    selector === undefined
      ? await podTarget(client, resources, namespace, pod ?? '')
      : podsWithLabels(namespace, selector);
  const prefixes = logPrefixes(context.stdout, flags.color);
  const options = {
    container: flags.container,
    follow,
    previous,
    tail: flags.tail,
    since: flags.since,
  };
  await untilInterrupted(context, (signal) =>
    podLogs(
      client,
      target,
      {
        ...options,
        onUnreadable: (name, problem) => context.stderr.write(`warning: ${name}: ${problem}\n`),
      },
      ({ pod: name, container, hasOthers, at, text }) => {
        const isPlain = !flags.logPrefix || (target.isSingle && !hasOthers);
        const prefix = isPlain ? '' : prefixes(hasOthers ? `${name}/${container}` : name);
        context.stdout.write(`${prefix}${timestamps ? `${at} ` : ''}${text}\n`);
      },
      signal,
    ),
  );
}
