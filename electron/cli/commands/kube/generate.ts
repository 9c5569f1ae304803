import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { writeFileAtomic } from '../../../host/base/atomic-file.ts';
import { HostError } from '../../../host/base/errors.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { environmentOf } from '../../../host/compose/file/project.ts';
import { selectServices } from '../../../host/compose/file/select-services.ts';
import { fromProject } from '../../../host/kube/generate/compose/from-project.ts';
import { fromContainers } from '../../../host/kube/generate/containers/from-containers.ts';
import { readContainers } from '../../../host/kube/generate/containers/read-containers.ts';
import type { Generated } from '../../../host/kube/generate/generated.ts';
import { WORKLOADS, type WorkloadKind } from '../../../host/kube/generate/workload.ts';
import { writeManifests } from '../../../host/kube/generate/write-manifests.ts';
import { openProject } from '../../compose/project-options.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { collect } from '../../flags/repeated.ts';

interface GenerateFlags {
  /** True without a file. */
  readonly compose?: string | true;
  readonly envFile?: readonly string[];
  readonly output?: string;
  readonly profile?: readonly string[];
  readonly projectName?: string;
  readonly replicas?: number;
  readonly storage?: string;
  readonly type?: WorkloadKind;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('[name...]', 'Containers, or services with --compose')
    .option('--compose [file]', 'Use a Compose file instead of containers')
    .option('--env-file <file>', 'Environment file of the Compose project', collect)
    .option('-o, --output <file>', 'Save to file (default: standard output)')
    .option('--profile <name>', 'Profile of the Compose project to enable', collect)
    .option('-p, --project-name <name>', 'Name of the Compose project')
    .option('--replicas <number>', 'Number of pods for each container', parseInteger)
    .option('--storage <size>', 'Size of each volume, such as 5Gi')
    .addOption(
      new Option('-t, --type <kind>', 'Workload for each container (default: pod)').choices(
        WORKLOADS,
      ),
    )
    .action(async (names: string[], flags: GenerateFlags) => {
      checkFlags(names, flags);
      const generated =
        flags.compose === undefined
          ? await generateContainers(context, names, flags)
          : await generateProject(context, names, flags.compose, flags);
      for (const warning of generated.warnings) context.stderr.write(`warning: ${warning}\n`);
      const text = writeManifests(generated.objects);
      if (flags.output === undefined) context.stdout.write(text);
      // The manifests can contain secrets. The new file is the owner's only.
      else await writeFileAtomic(resolve(flags.output), text);
    });
}

function checkFlags(names: readonly string[], flags: GenerateFlags): void {
  const { compose, type, replicas, storage } = flags;
  if (compose === undefined && names.length === 0) {
    throw new HostError('invalid', 'name a container, or use --compose');
  }
  if (compose !== undefined && (type ?? replicas) !== undefined) {
    throw new HostError('invalid', '--type and --replicas are for containers', {
      hint: 'In a Compose file, `restart` and `deploy` decide the workload and the number of pods.',
    });
  }
  if (replicas !== undefined && (replicas < 0 || type === undefined || type === 'pod')) {
    throw new HostError('invalid', '--replicas needs a number of pods and --type deployment', {
      hint: 'A single pod has no replicas.',
    });
  }
  if (storage !== undefined && !/^[0-9]+(\.[0-9]+)?([EPTGM]i?|[kK]i?)?$/.test(storage)) {
    throw new HostError('invalid', `"${storage}" is not a valid size. Use a value such as 5Gi.`);
  }
}

async function generateContainers(
  context: CliContext,
  names: readonly string[],
  { type, replicas, storage }: GenerateFlags,
): Promise<Generated> {
  const engine = await connectEngine(context);
  const containers = await readContainers(engine, names);
  return fromContainers(containers, { type, replicas, storage });
}

async function generateProject(
  context: CliContext,
  names: readonly string[],
  compose: string | true,
  { envFile, profile, projectName, storage }: GenerateFlags,
): Promise<Generated> {
  const options = {
    ...(compose === true ? {} : { file: [compose] }),
    ...(envFile === undefined ? {} : { envFile }),
    ...(profile === undefined ? {} : { profile }),
    ...(projectName === undefined ? {} : { projectName }),
  };
  const whole = await openProject(context, options, names);
  requireServices(names, Object.keys(whole.services));
  const project = selectServices(whole, names);
  return fromProject(project, { env: environmentOf(project, context.env), storage });
}
