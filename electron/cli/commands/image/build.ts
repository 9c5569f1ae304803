import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { keyValues, splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { parseUlimit } from '../../../../guest-agent/grammar/ulimit.ts';
import { HostError } from '../../../host/base/errors.ts';
import { openBuildContext } from '../../../host/build/context.ts';
import { registryConfig } from '../../../host/credentials/registry-auth.ts';
import { type DockerConfig, readDockerConfig } from '../../../host/docker-cli/docker-config.ts';
import { buildImage } from '../../../host/engine/build.ts';
import type { Query } from '../../../host/engine/connection/client.ts';
import { proxyEnvironment } from '../../../host/proxy/proxy-environment.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';
import { bytes, bytesOrUnlimited } from '../../flags/argument.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { collect } from '../../flags/repeated.ts';
import { securityOption } from '../../flags/security-option.ts';
import { type BuildOutcome, showBuild } from '../../progress/build-progress.ts';

interface BuildOptions {
  readonly addHost?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly cache: boolean;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuShares?: number;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  readonly file?: string;
  readonly forceRm?: boolean;
  readonly iidfile?: string;
  readonly label?: readonly string[];
  /** Bytes, like the other sizes. */
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly network?: string;
  readonly platform?: string;
  readonly pull?: boolean;
  readonly quiet?: boolean;
  readonly rm: boolean;
  readonly securityOpt?: readonly string[];
  readonly shmSize?: number;
  readonly tag?: readonly string[];
  readonly target?: string;
  readonly ulimit?: readonly string[];
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<path|url|->')
    .option('--add-host <host:ip>', 'Add a custom host-to-IP mapping', collect)
    .option('--build-arg <name[=value]>', 'Set build-time variables', collect)
    .addOption(new Option('--cache-from <image>', 'Accepted, but has no effect').hideHelp())
    .option(
      '--cpu-period <microseconds>',
      'Limit the CPU CFS (Completely Fair Scheduler) period',
      parseInteger,
    )
    .option(
      '--cpu-quota <microseconds>',
      'Limit the CPU CFS (Completely Fair Scheduler) quota',
      parseInteger,
    )
    .option('-c, --cpu-shares <weight>', 'CPU shares (relative weight)', parseInteger)
    .option('--cpuset-cpus <list>', 'CPUs in which to allow execution, e.g. 0-2,4')
    .option('--cpuset-mems <list>', 'MEMs in which to allow execution, e.g. 0')
    .option('-f, --file <path>', 'Path of the Dockerfile, or - for STDIN')
    .option('--force-rm', 'Always remove intermediate containers')
    .option('--iidfile <file>', 'Write the image ID to the file')
    .option('--label <name=value>', 'Set metadata for an image', collect)
    .option('-m, --memory <size>', 'Memory limit, e.g. 64m', bytes)
    .option(
      '--memory-swap <size>',
      'Swap limit equal to memory plus swap: -1 to enable unlimited swap',
      bytesOrUnlimited,
    )
    .option('--network <network>', 'Set the networking mode for the RUN instructions during build')
    .option('--no-cache', 'Do not use cache when building the image')
    .option('--platform <platform>', 'Set the platform of the image, e.g. linux/arm64')
    .addOption(
      new Option('--progress <kind>', 'Set type of progress output')
        .choices(['auto', 'plain'])
        .default('auto'),
    )
    .option('--pull', 'Always attempt to pull a newer version of the image')
    .option('-q, --quiet', 'Suppress the build output and print image ID on success')
    .option('--rm', 'Remove intermediate containers after a successful build', true)
    .option('--no-rm', 'Keep intermediate containers after a successful build')
    .option('--security-opt <option>', 'Security options', collect)
    .option('--shm-size <size>', 'Size of /dev/shm', bytes)
    .option('-t, --tag <name[:tag]>', 'Name and optionally a tag', collect)
    .option('--target <stage>', 'Set the target build stage to build')
    .option('--ulimit <name=soft[:hard]>', 'Ulimit options', collect)
    .action((path: string, options: BuildOptions) => build(context, path, options));
}

async function build(context: CliContext, path: string, options: BuildOptions): Promise<void> {
  const { credentials } = await context.host();
  const query = buildQuery(options, context.env, await readDockerConfig(credentials.path));
  const source = await openBuildContext(path, options.file, context.stdin);
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  context.signals.on('SIGINT', leave);
  context.signals.on('SIGTERM', leave);
  let outcome: BuildOutcome;
  try {
    const engine = await connectEngine(context);
    const auth = await registryConfig(credentials);
    const progress = buildImage(engine, source, query, auth, leaving.signal);
    outcome = await showBuild(progress, context.stdout);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    throw new HostError('cancelled', 'the build was cancelled', { cause: error });
  } finally {
    context.signals.off('SIGINT', leave);
    context.signals.off('SIGTERM', leave);
  }
  if (outcome.failure !== undefined) {
    throw new ExitStatus(outcome.exitCode || exitCodes.failure, outcome.failure);
  }
  if (options.iidfile !== undefined) await writeFile(options.iidfile, outcome.imageId ?? '');
}

function buildQuery(options: BuildOptions, env: CliContext['env'], config: DockerConfig): Query {
  const chosen = buildArgs(options.buildArg ?? [], env);
  const args = { ...chosen, ...proxyEnvironment(config, Object.keys(chosen)) };
  return {
    buildargs: Object.keys(args).length > 0 ? args : undefined,
    cpuperiod: options.cpuPeriod,
    cpuquota: options.cpuQuota,
    cpusetcpus: options.cpusetCpus,
    cpusetmems: options.cpusetMems,
    cpushares: options.cpuShares,
    extrahosts: options.addHost,
    forcerm: options.forceRm,
    labels: options.label && keyValues(options.label),
    memory: options.memory,
    memswap: options.memorySwap,
    networkmode: options.network,
    nocache: !options.cache,
    platform: options.platform,
    pull: options.pull,
    q: options.quiet,
    rm: options.rm,
    securityopt: options.securityOpt && JSON.stringify(options.securityOpt.map(securityOption)),
    shmsize: options.shmSize,
    t: options.tag,
    target: options.target,
    ulimits: options.ulimit && JSON.stringify(options.ulimit.map(parseUlimit)),
  };
}

/** A name without a value takes its value from the environment; null if it isn't set there. */
function buildArgs(
  flags: readonly string[],
  env: CliContext['env'],
): Record<string, string | null> {
  return Object.fromEntries(
    flags.map((flag) => {
      const [name, value = env[name] ?? null] = splitEntry(flag);
      return [name, value];
    }),
  );
}
