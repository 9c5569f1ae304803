import { createRequestSchema } from '../../engine/containers/request/config.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { commitStep } from '../commit-step.ts';
import type { RunMount } from '../dockerfile/mount-flag.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { mountStubs, mountsKey, openMounts, runMounts } from '../run-mounts/run-mounts.ts';
import type { BuildSession, Progress, StageState } from '../session.ts';
import { argv, DEFAULT_SHELL } from './metadata.ts';
import { runHidden } from './run-hidden.ts';
import { runListed } from './run-listed.ts';

/** `RUN`: the changes of its command to the file system become a layer. */
export async function* run(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  const network = ownNetwork(instruction);
  if (state.image === undefined && state.steps.length === 0) {
    throw new EngineError('invalid', 'there is nothing to run in an image from scratch yet');
  }
  const command = commandWords(instruction, state);
  const env = state.config.Env ?? [];
  const isBuildkit = session.dialect.name === 'buildkit';
  const args = session.args.forCacheKey(env, isBuildkit ? 'declared' : 'sorted');
  const prefix = args.length > 0 ? [`|${args.length}`, ...args] : [];
  const mounts = runMounts(session, state, instruction);
  const flags = [
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...(yield* mountsKey(session, mounts)),
  ];
  const text = (...words: readonly string[]) => session.dialect.run(words.join(' '));
  return yield* commitStep(session, state, {
    createdBy: text(...prefix, ...command),
    cacheKey: [text(...prefix, ...flags, ...command), ...processKey(session, state)].join('\n'),
    config: state.config,
    layer: (session) => runCommand(session, state, command, { network, mounts }),
  });
}

/**
 * What changes the process of a `RUN`, apart from its command. In the classic builder, the image
 * before the step stands for this.
 */
function processKey({ options, steps }: BuildSession, { config }: StageState): string[] {
  if (steps === undefined) return [];
  const { Env = [], User = '', WorkingDir = '' } = config;
  return [JSON.stringify([Env, User, WorkingDir, options.hostConfig, options.platform ?? null])];
}

/** The `--network` of a single `RUN`. Undefined means the network of the build. */
function ownNetwork({ flags }: Instruction): string | undefined {
  const network = flags.get('network');
  if (network === undefined || network === 'default') return undefined;
  if (network === 'none' || network === 'host') return network;
  throw new EngineError('invalid', `invalid network mode "${network}"`);
}

/**
 * The command to run. A here-document alone (`RUN <<EOF`) is a script. After a command, the shell
 * reads the here-document.
 */
function commandWords({ text, heredocs }: Instruction, { config }: StageState): string[] {
  if (heredocs.length === 0) return argv(text, config);
  const shell = config.Shell ?? DEFAULT_SHELL;
  const [first] = heredocs;
  if (first !== undefined && heredocs.length === 1 && /^<<-?(["']?)[\w.-]+\1$/.test(text)) {
    if (!first.content.startsWith('#!')) return [...shell, first.content];
    // The script's interpreter reads it through a file descriptor, so that no file remains.
    const interpreter = first.content.slice(2, first.content.indexOf('\n'));
    const script = `exec ${interpreter} /dev/fd/3 3<<'${first.name}'\n${first.content}${first.name}\n`;
    return [...DEFAULT_SHELL, script];
  }
  const documents = heredocs.map(({ name, content }) => `${content}${name}\n`).join('');
  return [...shell, `${text}\n${documents}`];
}

async function* runCommand(
  session: BuildSession,
  state: StageState,
  command: readonly string[],
  { network, mounts }: { network: string | undefined; mounts: readonly RunMount[] },
): Progress<HeldLayer> {
  const { args, options, client, steps, signal } = session;
  await using opened = yield* openMounts(session, mounts);
  const stubs = await mountStubs(session, state, opened.requests);
  // After the caches: a command that waits for a cache holds no slot.
  using _ = await client.runSlots.take(signal);
  const request = createRequestSchema.parse({
    Image: state.image?.id ?? '',
    // One empty word means no entrypoint, instead of the image's.
    Entrypoint: [''],
    Cmd: command,
    Env: args.forRun(
      state.config.Env ?? [],
      session.dialect.name === 'buildkit' ? 'in both cases' : 'as given',
    ),
    Healthcheck: { Test: ['NONE'] },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...options.hostConfig,
      Mounts: opened.requests,
      ...(network === undefined ? {} : { NetworkMode: network }),
    },
  });
  const task = { command, request, secretEnv: opened.env, stubs };
  return steps === undefined
    ? yield* runListed(session, task)
    : yield* runHidden(session, state, task);
}
