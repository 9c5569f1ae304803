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
  /** Bytes; so the other sizes. */
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
    .option('--add-host <host:ip>', 'Add a line to /etc/hosts', collect)
    .option('--build-arg <name[=value]>', 'Set a build argument', collect)
    .addOption(new Option('--cache-from <image>', 'Accepted; the cache is always used').hideHelp())
    .option('--cpu-period <microseconds>', 'Length of a period of --cpu-quota', parseInteger)
    .option('--cpu-quota <microseconds>', 'CPU time in each period', parseInteger)
    .option('-c, --cpu-shares <weight>', 'CPU share, relative to others', parseInteger)
    .option('--cpuset-cpus <list>', 'CPUs it may run on, as in 0-2,4')
    .option('--cpuset-mems <list>', 'Memory nodes it may use')
    .option('-f, --file <path>', 'The Dockerfile, or - for standard input')
    .option('--force-rm', 'Remove the container of a command that fails too')
    .option('--iidfile <file>', 'Write the image ID to a file')
    .option('--label <name=value>', 'Set a label of the image', collect)
    .option('-m, --memory <size>', 'Memory limit, as in 64m', bytes)
    .option('--memory-swap <size>', 'Memory and swap together, -1: no limit', bytesOrUnlimited)
    .option('--network <network>', 'Network of the commands')
    .option('--no-cache', 'Do not use what was built before')
    .option('--platform <platform>', 'Platform of the image, as in linux/arm64')
    .addOption(
      new Option('--progress <kind>', 'How progress is shown')
        .choices(['auto', 'plain'])
        .default('auto'),
    )
    .option('--pull', 'Look for newer base images')
    .option('-q, --quiet', 'Print the image ID alone')
    .option('--rm', 'Remove the containers of commands that ended well', true)
    .option('--no-rm', 'Keep the containers of commands')
    .option('--security-opt <option>', 'Security options of the commands', collect)
    .option('--shm-size <size>', 'Size of /dev/shm', bytes)
    .option('-t, --tag <name[:tag]>', 'Name of the image', collect)
    .option('--target <stage>', 'Stage to stop after')
    .option('--ulimit <name=soft[:hard]>', 'Set a resource limit', collect)
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

/** A name alone takes its value from the environment; null, when it has none there. */
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
