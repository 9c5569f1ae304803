import { createRequestSchema } from '../../engine/containers/request/config.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { nativePlatform, platformId } from '../../registry/platform.ts';
import { commitStep } from '../commit-step.ts';
import type { RunMount } from '../dockerfile/mount-flag.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import {
  mountStubs,
  mountsKey,
  openMounts,
  runMounts,
  visibleMounts,
} from '../run-mounts/run-mounts.ts';
import { openScript } from '../run-mounts/script.ts';
import type { BuildSession, Progress, StageState } from '../session.ts';
import { type RunCommand, runCommand } from './run-command.ts';
import { runHidden } from './run-hidden.ts';
import { runListed } from './run-listed.ts';

/** `RUN`: the changes of its command to the file system become a layer. */
export async function* run(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  const network = ownNetwork(instruction);
  const isClassic = session.dialect.name === 'classic';
  if (isClassic && state.image === undefined && state.steps.length === 0) {
    throw new EngineError('invalid', 'there is nothing to run in an image from scratch yet');
  }
  const command = runCommand(instruction, state.config);
  const env = state.config.Env ?? [];
  const isBuildkit = session.dialect.name === 'buildkit';
  const prefix = counted(session.args.forCacheKey(env, isBuildkit ? 'declared' : 'sorted'));
  const mounts = runMounts(session, state, instruction);
  const isPrivileged = instruction.flags.get('security') === 'insecure';
  const mounted = yield* mountsKey(session, mounts);
  const flags = [
    ...(isPrivileged ? ['--security=insecure'] : []),
    ...(network === undefined ? [] : [`--network=${network}`]),
    ...mounted.keys,
  ];
  const text = (...words: readonly string[]) => session.dialect.run(words.join(' '));
  return yield* commitStep(session, state, {
    createdBy: text(
      ...(isBuildkit ? counted(session.args.forHistory(env)) : prefix),
      ...command.words,
    ),
    cacheKey: [
      // As text, words with blanks would look like several words.
      `RUN ${JSON.stringify([prefix, flags, command.words])}`,
      ...(command.script === undefined ? [] : [command.script.text]),
      ...processKey(session, state),
    ].join('\n'),
    config: state.config,
    layer: async function* (session) {
      await mounted.verify();
      return yield* performRun(session, state, command, { network, isPrivileged, mounts });
    },
  });
}

/** Build arguments as the history and the cache have them: `|1 A=b`. */
function counted(args: readonly string[]): string[] {
  return args.length > 0 ? [`|${args.length}`, ...args] : [];
}

/**
 * What changes the process of a `RUN`, apart from its command. In the classic builder, the image
 * before the step stands for this.
 */
function processKey({ options, steps }: BuildSession, { config }: StageState): string[] {
  if (steps === undefined) return [];
  const { Env = [], User = '', WorkingDir = '' } = config;
  const host = options.buildArgs.BUILDKIT_SANDBOX_HOSTNAME;
  // Engines of several platforms can share a cache.
  const platform = platformId(options.platform ?? nativePlatform());
  return [
    JSON.stringify([
      ...[Env, User, WorkingDir, options.hostConfig, platform],
      ...(host ? [host] : []),
    ]),
  ];
}

/** The `--network` of a single `RUN`. Undefined means the network of the build. */
function ownNetwork({ flags }: Instruction): string | undefined {
  const network = flags.get('network');
  return network === 'default' ? undefined : network;
}

/** What the flags of a `RUN` change for its container. */
interface RunRights {
  /** Undefined means the network of the build. */
  readonly network: string | undefined;
  readonly isPrivileged: boolean;
}

async function* performRun(
  session: BuildSession,
  state: StageState,
  command: RunCommand,
  { network, isPrivileged, mounts }: RunRights & { readonly mounts: readonly RunMount[] },
): Progress<HeldLayer> {
  const { args, options, client, steps, signal } = session;
  await using opened = yield* openMounts(session, visibleMounts(mounts), command.words);
  await using script = await openScript(session, command.script);
  const requests = [...opened.requests, ...script.requests];
  const stubs = await mountStubs(session, state, requests);
  // After the caches: a command that waits for a cache holds no slot.
  using _ = await client.runSlots.take(signal);
  const request = createRequestSchema.parse({
    Image: state.image?.id ?? '',
    // One empty word means no entrypoint, instead of the image's.
    Entrypoint: [''],
    Cmd: command.words,
    Env: args.forRun(
      state.config.Env ?? [],
      session.dialect.name === 'buildkit' ? 'in both cases' : 'as given',
    ),
    Healthcheck: { Test: ['NONE'] },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...options.hostConfig,
      Mounts: requests,
      ...(network === undefined ? {} : { NetworkMode: network }),
      ...(isPrivileged && { Privileged: true }),
    },
  });
  const task = { command: command.words, request, secretEnv: opened.env, stubs };
  return steps === undefined
    ? yield* runListed(session, task)
    : yield* runHidden(session, state, task);
}
