import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { parseExtraHost } from '../../../../guest-agent/grammar/extra-host.ts';
import { keyValues, splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { formatUlimit, parseUlimit } from '../../../../guest-agent/grammar/ulimit.ts';
import { HostError } from '../../../host/base/errors.ts';
import { attestAttributes } from '../../../host/buildkit/attest-flag.ts';
import { type BuildSettings, buildWithBuildkit } from '../../../host/buildkit/build.ts';
import { parseCache } from '../../../host/buildkit/cache-flag.ts';
import { errorSource, quoteSource } from '../../../host/buildkit/error-source.ts';
import { type Outputs, readOutputs } from '../../../host/buildkit/outputs-flag.ts';
import { pushTags } from '../../../host/buildkit/push-tags.ts';
import { checkSecrets, parseSecret } from '../../../host/buildkit/secrets.ts';
import type { SolveOutput } from '../../../host/buildkit/solve.ts';
import { openSources } from '../../../host/buildkit/sources.ts';
import { parseAgents } from '../../../host/buildkit/ssh-agents.ts';
import { readDockerConfig } from '../../../host/docker-cli/docker-config.ts';
import { proxyEnvironment } from '../../../host/proxy/proxy-environment.ts';
import { answerOf, parseQuestion, type Question } from '../../build/question.ts';
import { resultMetadata } from '../../build/result-metadata.ts';
import { type CliContext, printLine } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';
import { bytes } from '../../flags/argument.ts';
import { collect } from '../../flags/repeated.ts';
import { openDisplay, type ProgressKind } from '../../progress/build/open-display.ts';
import { onInterruption } from '../../session/interruption.ts';

interface BuildOptions {
  readonly addHost?: readonly string[];
  readonly allow?: readonly string[];
  readonly attest?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly buildContext?: readonly string[];
  readonly cache: boolean;
  readonly cacheFrom?: readonly string[];
  readonly cacheTo?: readonly string[];
  readonly call?: string;
  readonly cgroupParent?: string;
  readonly check?: boolean;
  readonly file?: string;
  readonly iidfile?: string;
  readonly label?: readonly string[];
  readonly load?: boolean;
  readonly metadataFile?: string;
  readonly network?: string;
  readonly noCacheFilter?: readonly string[];
  readonly output?: readonly string[];
  readonly platform?: readonly string[];
  readonly progress: ProgressKind;
  readonly provenance?: string;
  readonly pull?: boolean;
  readonly push?: boolean;
  readonly quiet?: boolean;
  readonly sbom?: string;
  readonly secret?: readonly string[];
  /** Bytes. */
  readonly shmSize?: number;
  readonly ssh?: readonly string[];
  readonly tag?: readonly string[];
  readonly target?: string;
  readonly ulimit?: readonly string[];
}

/** Flags of the classic builder, which BuildKit accepts and ignores. */
const IGNORED = [
  ...['--cpu-period <n>', '--cpu-quota <n>', '-c, --cpu-shares <n>', '--cpuset-cpus <list>'],
  ...['--cpuset-mems <list>', '--force-rm', '-m, --memory <size>', '--memory-swap <size>', '--rm'],
  ...['--no-rm', '--security-opt <option>', '--compress', '--squash', '--isolation <kind>'],
];

export function define(command: Command, context: CliContext): void {
  command
    .argument('<path|url|->')
    .option('--add-host <host:ip>', 'Add a custom host-to-IP mapping', collect)
    .option('--attest <parameters>', 'Attestation parameters, e.g. type=sbom', collect)
    .option('--allow <entitlement>', 'Allow network.host or security.insecure', collect)
    .option('--build-arg <name[=value]>', 'Set build-time variables', collect)
    .option('--build-context <name=path>', 'Additional build contexts', collect)
    .option('--cache-from <source>', 'External cache sources, e.g. user/app:cache', collect)
    .option('--cache-to <target>', 'Cache export destinations, e.g. type=inline', collect)
    .option('--call <method>', 'Set method for evaluating build: build, check, outline, targets')
    .option('--cgroup-parent <name>', 'Set the parent cgroup for RUN instructions')
    .option('--check', 'Shorthand for "--call=check"')
    .option('-f, --file <path>', 'Path or URL of the Dockerfile, or - for STDIN')
    .option('--iidfile <file>', 'Write the image ID to the file')
    .option('--label <name=value>', 'Set metadata for an image', collect)
    .option('--load', 'Shorthand for "--output=type=docker"')
    .option('--metadata-file <file>', 'Write build result metadata to the file')
    .option('--network <network>', 'Set the networking mode for the RUN instructions during build')
    .option('--no-cache', 'Do not use cache when building the image')
    .option('--no-cache-filter <stage>', 'Do not cache specified stages', collect)
    .option('-o, --output <destination>', 'Output destination, e.g. type=local,dest=path', collect)
    .option('--platform <platform>', 'Set target platform for build', collect)
    .addOption(
      new Option('--progress <kind>', 'Set type of progress output')
        .choices(['auto', 'plain', 'tty', 'quiet', 'rawjson'])
        .default('auto'),
    )
    .option('--provenance <parameters>', 'Shorthand for "--attest=type=provenance"')
    .option('--pull', 'Always attempt to pull all referenced images')
    .option('--push', 'Shorthand for "--output=type=registry"')
    .option('-q, --quiet', 'Suppress the build output and print image ID on success')
    .option('--sbom <parameters>', 'Shorthand for "--attest=type=sbom"')
    .option('--secret <id=id,src=path>', 'Secret to expose to the build', collect)
    .option('--shm-size <size>', 'Size of /dev/shm', bytes)
    .option('--ssh <default|id=socket>', 'SSH agent socket to expose to the build', collect)
    .option('-t, --tag <name[:tag]>', 'Name and optionally a tag', collect)
    .option('--target <stage>', 'Set the target build stage to build')
    .option('--ulimit <name=soft[:hard]>', 'Ulimit options', collect)
    .action((path: string, options: BuildOptions) => build(context, command, path, options));
  for (const flags of IGNORED) command.addOption(new Option(flags).hideHelp());
}

async function build(
  context: CliContext,
  command: Command,
  path: string,
  options: BuildOptions,
): Promise<void> {
  warnOfIgnored(context, command);
  const question = parseQuestion(options.check ? 'check' : options.call);
  const settings = await settingsOf(context, options);
  const outputs = outputsOf(context, options);
  await using sources = await openSources({
    context: path,
    dockerfile: options.file,
    namedContexts: keyValues(options.buildContext ?? []),
    stdin: context.stdin,
  });
  const leaving = new AbortController();
  using _ = onInterruption(context.signals, () => leaving.abort());
  try {
    const engine = await connectEngine(context);
    const { credentials } = await context.host();
    const kind = options.quiet ? 'quiet' : options.progress;
    const display = openDisplay(kind, context.stderr);
    let result: SolveOutput;
    try {
      result = await buildWithBuildkit(
        { engine, credentials },
        sources,
        { ...settings, ...outputs, ...(question && { question: question.request }) },
        (status) => display.add(status),
        leaving.signal,
      );
    } finally {
      display.end();
    }
    if (outputs.pushes && question === undefined) {
      const pushed = pushTags({ engine, credentials }, options.tag ?? [], leaving.signal);
      for await (const line of pushed) if (!options.quiet) context.stderr.write(`${line}\n`);
    }
    await finish(context, options, question, result);
  } catch (error) {
    throw leaving.signal.aborted ? error : explained(context, error);
  }
}

function warnOfIgnored(context: CliContext, command: Command): void {
  for (const flags of IGNORED) {
    const [, name = ''] = /--(?:no-)?([\w-]+)/.exec(flags) ?? [];
    const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (command.getOptionValueSource(key) === 'cli' && name !== 'rm' && name !== 'force-rm') {
      context.stderr.write(`WARNING: --${name} is ignored, because BuildKit doesn't support it\n`);
    }
  }
}

async function settingsOf(
  context: CliContext,
  options: BuildOptions,
): Promise<Omit<BuildSettings, 'exporters'>> {
  if (!options.cache && options.noCacheFilter?.length) {
    throw new HostError(
      'invalid',
      '--no-cache and --no-cache-filter cannot currently be used together',
    );
  }
  const { credentials } = await context.host();
  const chosen = buildArgs(options.buildArg ?? [], context.env);
  const config = await readDockerConfig(credentials.path);
  const secrets = (options.secret ?? []).map((flag) => parseSecret(flag, context.env));
  await checkSecrets(secrets);
  return {
    args: { ...proxyEnvironment(config, Object.keys(chosen)), ...chosen },
    labels: keyValues(options.label ?? []),
    target: options.target,
    platforms: options.platform?.flatMap((each) => each.split(',')),
    pull: options.pull,
    noCache: !options.cache,
    noCacheFilter: options.noCacheFilter?.flatMap((each) => each.split(',')),
    network: options.network,
    extraHosts: options.addHost?.map(parseExtraHost),
    ulimits: options.ulimit?.map((each) => formatUlimit(parseUlimit(each))),
    shmSize: options.shmSize,
    cgroupParent: options.cgroupParent,
    allow: options.allow?.flatMap((each) => each.split(',')),
    secrets,
    agents: parseAgents(options.ssh ?? [], context.env),
    environment: context.env,
    attributes: attestAttributes(options),
    cacheImports: options.cacheFrom?.map(parseCache),
    cacheExports: options.cacheTo?.map(parseCache),
  };
}

function outputsOf({ stdout }: CliContext, options: BuildOptions): Outputs {
  return readOutputs({
    outputs: options.output ?? [],
    load: options.load ?? false,
    push: options.push ?? false,
    tags: options.tag ?? [],
    stdout,
  });
}

/** Prints the answer or the image's ID, and writes the files that the user asked for. */
async function finish(
  context: CliContext,
  options: BuildOptions,
  question: Question | undefined,
  result: SolveOutput,
): Promise<void> {
  if (question !== undefined) {
    const { text, exitCode } = answerOf(question, result.metadata);
    context.stdout.write(text);
    if (exitCode !== 0) throw new ExitStatus(exitCode);
    return;
  }
  const id =
    result.response['containerimage.config.digest'] ?? result.response['containerimage.digest'];
  if (options.quiet && id !== undefined) printLine(context, id);
  if (options.iidfile !== undefined) await writeFile(options.iidfile, id ?? '');
  if (options.metadataFile !== undefined) {
    await writeFile(options.metadataFile, `${JSON.stringify(resultMetadata(result), null, 2)}\n`);
  }
}

/** Quotes the Dockerfile below the error, and says that the build failed. */
function explained(context: CliContext, error: unknown): unknown {
  const source = errorSource(error);
  if (source !== undefined) context.stderr.write(quoteSource(source) || '\n');
  if (!(error instanceof HostError) || error.code !== 'engine') return error;
  return new ExitStatus(exitCodes.failure, `failed to build: failed to solve: ${error.message}`, {
    cause: error,
  });
}

/** A name without a value takes its value from the environment, and counts only if it is set there. */
function buildArgs(flags: readonly string[], env: CliContext['env']): Record<string, string> {
  return Object.fromEntries(
    flags.flatMap((flag) => {
      const [name, value = env[name]] = splitEntry(flag);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
