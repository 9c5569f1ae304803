import { type Command, Option } from 'commander';
import { keyValues } from '../../../../guest-agent/grammar/key-values.ts';
import { splitWords } from '../../../../guest-agent/grammar/shell-words.ts';
import { HostError } from '../../../host/base/errors.ts';
import { createOneOff, type OneOff } from '../../../host/compose/apply/one-off.ts';
import { parseMountFlag } from '../../../host/compose/file/mount-schema.ts';
import { parsePorts } from '../../../host/compose/file/port-schema.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { withPolicies } from '../../compose/image-policies.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress, withoutImages } from '../../compose/run-with-progress.ts';
import { type AttachedStream, runAttached } from '../../container/run-attached.ts';
import { type CliContext, printLine } from '../../context.ts';
import { ExitStatus } from '../../exit-code.ts';
import { containerEnvironment } from '../../flags/environment.ts';
import { collect } from '../../flags/repeated.ts';
import { requireTerminal } from '../../session/require-terminal.ts';

interface RunOptions extends ProjectOptions {
  readonly build?: boolean;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  /** False with `--no-deps`. */
  readonly deps: boolean;
  readonly detach?: boolean;
  readonly entrypoint?: string;
  readonly env?: readonly string[];
  readonly envFromFile?: readonly string[];
  readonly interactive: boolean;
  readonly label?: readonly string[];
  readonly name?: string;
  readonly publish?: readonly string[];
  readonly pull?: string;
  readonly quiet?: boolean;
  readonly quietBuild?: boolean;
  readonly quietPull?: boolean;
  readonly removeOrphans?: boolean;
  readonly rm?: boolean;
  readonly servicePorts?: boolean;
  /** False with `--no-TTY`. */
  readonly TTY?: boolean;
  readonly tty?: boolean;
  readonly useAliases?: boolean;
  readonly user?: string;
  readonly volume?: readonly string[];
  readonly workdir?: string;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command, { ownPort: true })
    .argument('<service>')
    .argument('[command]')
    .argument('[arg...]')
    .passThroughOptions()
    .option('--build', 'Build image before starting container')
    .option('--cap-add <capability>', 'Add Linux capabilities', collect)
    .option('--cap-drop <capability>', 'Drop Linux capabilities', collect)
    .option('-d, --detach', 'Run container in background and print container ID')
    .option('--entrypoint <command>', 'Override the entrypoint of the image')
    .option('-e, --env <name[=value]>', 'Set environment variables', collect)
    .option('--env-from-file <file>', 'Set environment variables from file', collect)
    .option('-i, --interactive', 'Keep STDIN open even if not attached', true)
    .option('--no-interactive', 'Close STDIN')
    .option('-l, --label <name=value>', 'Add or override a label', collect)
    .option('--name <name>', 'Assign a name to the container')
    .option('--no-deps', "Don't start linked services")
    .option('-p, --publish <ports>', "Publish a container's port(s) to the host", collect)
    .option('--pull <policy>', 'Pull image before running: always, missing or never')
    .option('-q, --quiet', "Don't print anything to STDOUT")
    .option('--quiet-build', 'Suppress progress output from the build process')
    .option('--quiet-pull', 'Pull without printing progress information')
    .option('--remove-orphans', 'Remove containers for services not defined in the Compose file')
    .option('--rm', 'Automatically remove the container when it exits')
    .option('-P, --service-ports', "Run command with all service's ports enabled")
    // Before its opposite, which would make `true` the default.
    .option('-t, --tty', 'Allocate a pseudo-TTY (default in a terminal)')
    .option('-T, --no-tty', 'Disable pseudo-TTY allocation')
    .addOption(new Option('--no-TTY').hideHelp())
    .option('--use-aliases', "Use the service's network aliases in the networks it connects to")
    .option('-u, --user <user>', 'Run as specified username or uid')
    .option('-v, --volume <mount>', 'Bind mount a volume', collect)
    .option('-w, --workdir <path>', 'Working directory inside the container')
    .action((service: string, program: string | undefined, rest: string[], options: RunOptions) =>
      run(context, service, program === undefined ? [] : [program, ...rest], options),
    );
}

async function run(
  context: CliContext,
  service: string,
  command: readonly string[],
  options: RunOptions,
): Promise<void> {
  const { detach = false, interactive } = options;
  const isTerminal = Boolean(context.stdout.isTTY && context.stdin.isTTY);
  const tty = options.TTY !== false && (options.tty ?? isTerminal);
  requireTerminal(context, tty && interactive && !detach);
  const ask = oneOff(context, service, command, { ...options, tty });
  const project = withPolicies(await openProject(context, options, [service]), options);
  const host = await openComposeHost(context);
  const { removeOrphans = false, deps } = options;
  const how = { noDeps: !deps, removeOrphans, env: context.env };
  const container = await runWithProgress(
    context,
    (report, signal) =>
      createOneOff(host, project, ask, how, withoutImages(report, options), signal),
    { quiet: options.quiet },
  );
  if (detach) {
    await container.start();
    printLine(context, container.id);
    return;
  }
  if (context.isDryRun?.()) {
    throw new HostError('invalid', 'interactive run is not supported in dry-run mode');
  }
  const attach = new Set<AttachedStream>(['stdout', 'stderr']);
  if (interactive) attach.add('stdin');
  const exitCode = await runAttached(context, host.engine, {
    ...{ id: container.id, attach, tty, signalProxy: true },
    condition: ask.rm ? 'removed' : 'next-exit',
    start: () => container.start(),
  });
  if (exitCode !== 0) throw new ExitStatus(exitCode);
}

function oneOff(
  context: CliContext,
  service: string,
  command: readonly string[],
  options: RunOptions & { readonly tty: boolean },
): OneOff {
  const { entrypoint, env = [], envFromFile = [], label = [], publish = [], volume = [] } = options;
  const { name, user, workdir, tty, interactive } = options;
  if (options.servicePorts && publish.length > 0) {
    throw new HostError('invalid', '--service-ports and --publish are incompatible');
  }
  if (label.some((text) => !text.includes('='))) {
    throw new HostError('invalid', 'label must be set as KEY=VALUE');
  }
  return {
    ...{ service, command, name, user, workdir, tty, interactive },
    entrypoint: entrypoint === undefined ? undefined : splitWords(entrypoint),
    environment: keyValues(containerEnvironment(envFromFile, env, context.env)),
    labels: keyValues(label),
    capAdd: options.capAdd ?? [],
    capDrop: options.capDrop ?? [],
    mounts: volume.map((text) => parseMountFlag(text, process.cwd())),
    ports: publish.flatMap(parsePorts),
    rm: options.rm ?? false,
    servicePorts: options.servicePorts ?? false,
    useAliases: options.useAliases ?? false,
  };
}
