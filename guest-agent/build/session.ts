import type { ConnectRun } from '../engine/containers/network/run-network.ts';
import type { Engine } from '../engine/engine.ts';
import type { Images } from '../engine/images/images.ts';
import type { ImageConfig } from '../engine/images/store/image.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { keyValues } from '../grammar/key-values.ts';
import type { Platform } from '../registry/platform.ts';
import type { BuildArgs, InheritedArgs } from './build-args.ts';
import type { Progress } from './build-event.ts';
import type { KnownHashes } from './copy/known-hashes.ts';
import type { Dialect } from './dialect.ts';
import type { Instruction } from './dockerfile/parse.ts';
import type { BuildOptions } from './options.ts';
import type { BuildCaches } from './run-mounts/caches.ts';
import type { RunSlots } from './run-slots.ts';
import type { Stage } from './stages.ts';
import type { WantedStep } from './steps/build-steps.ts';
import type { StepRecord } from './steps/step-cache.ts';

export type { BuildEvent, Progress } from './build-event.ts';

/** The steps of all builds, as one build sees them. */
export interface SessionSteps {
  readonly take: (step: WantedStep, signal: AbortSignal) => Progress<StepRecord>;
  /** Whether the cache has a step. */
  readonly has: (key: string) => boolean;
  /** Notes that a build uses the files of an image. Returns whether an earlier build did so. */
  readonly noteImage: (key: string, image: StoredImage) => boolean;
  /** The same steps by their keys alone, for builds that were given caches of other engines. */
  readonly known?: SessionSteps | undefined;
  /** The hash of files of a stage, if a cache knows it: see `stageHash`. */
  readonly hashOf?: (key: string) => string | undefined;
  readonly noteHash?: (hash: StageHash) => void;
}

/** The hash of files that an instruction took from a stage. */
export interface StageHash {
  /** Stands for the stage and for what the instruction took. */
  readonly key: string;
  /** The key of the stage. */
  readonly stage: string;
  readonly hash: string;
}

/** The state of a stage between two instructions. */
export interface StageState {
  /**
   * The image after the last instruction. Undefined at the beginning of `FROM scratch`. In a build
   * with `BuildSession.steps`, the image that the stage begins with.
   */
  readonly image: StoredImage | undefined;
  /** The diff IDs of the stage's files, lowest first. */
  readonly layers: readonly string[];
  /** The steps since `image`, in a build with `BuildSession.steps`. */
  readonly steps: readonly DoneStep[];
  /** The key of the files in the cache of steps. */
  readonly key: string;
  readonly config: ImageConfig;
  /** Whether the stage had its own `CMD`. */
  readonly hasOwnCommand: boolean;
}

/** A step of a stage, for the image's history. */
export interface DoneStep {
  /** Undefined for a step that the history leaves out. */
  readonly createdBy: string | undefined;
  readonly author?: string;
  /** What the step did to the files. Undefined if it only changed the configuration. */
  readonly files?: StepRecord;
}

/** A stage after its last instruction. */
export interface FinishedStage extends StageState {
  /** The build arguments that the stage declared. */
  readonly args: InheritedArgs;
}

/** A base image, or an image that files are copied from. */
export interface BasePull {
  /** A name or an ID, as written in the Dockerfile. */
  readonly name: string;
  readonly always: boolean;
  /** If undefined, the platform of the build. */
  readonly platform?: Platform | undefined;
}

/** Who can connect to a socket. */
export interface SocketAccess {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** What a `RUN` can use of the client, and of earlier builds. */
export interface BuildClient {
  readonly caches: Pick<BuildCaches, 'lock' | 'use'>;
  readonly runSlots: Pick<RunSlots, 'take'>;
  readonly connect: ConnectRun;
  readonly hashes: KnownHashes;
  /** A context that the client gave in place of a stage or an image, by name. */
  readonly named: (name: string) => NamedContext | undefined;
  /** The content of a secret. */
  readonly secret: (id: string) => Promise<Uint8Array | undefined>;
  /**
   * Throws EngineError 'invalid' for an instruction of a base image that the client doesn't permit,
   * such as a `RUN` in the host's network.
   */
  readonly checkTrigger: (instruction: Instruction) => void;
  /** A socket that leads to the client's SSH agent. */
  readonly agent: (
    id: string,
    access: SocketAccess,
  ) => Promise<(AsyncDisposable & { path: string }) | undefined>;
}

/** `--build-context` */
export type NamedContext =
  | { readonly kind: 'image'; readonly open: () => Progress<StoredImage | undefined> }
  | { readonly kind: 'directory'; readonly open: () => Promise<string> };

/** One build, from the first instruction to the last. */
export interface BuildSession {
  readonly engine: Engine;
  readonly images: Images;
  readonly options: BuildOptions;
  readonly args: BuildArgs;
  /** The builder whose images this build creates. */
  readonly dialect: Dialect;
  /** The Dockerfile's escape character. */
  readonly escapeChar: string;
  /** The directory with the files of the context. */
  readonly context: string;
  /** Equal in builds whose contexts have the same files. */
  readonly contextVersion?: string | undefined;
  readonly client: BuildClient;
  /** A directory for other temporary files. Removed with the build. */
  readonly scratch: string;
  /** All stages up to the target, finished or not. */
  readonly stages: readonly Pick<Stage, 'name'>[];
  /** The number of the stage that this part of the build performs. */
  readonly stage: number;
  /** An earlier stage, once it is finished. Undefined for a stage that the build skips. */
  readonly finished: (stage: number) => Promise<FinishedStage | undefined>;
  /**
   * An earlier stage of which the keys of all steps are known, but perhaps not the files. Undefined
   * unless caches of other engines have the steps: see `KnownStages`.
   */
  readonly known?: (stage: number) => Promise<FinishedStage | undefined>;
  /** Whether files of stages are read even if a cache of another engine knows their hashes. */
  readonly readsStages?: boolean;
  /** Whether the stage is looked up by its keys alone: nothing may run, or need files of a stage. */
  readonly isKeysOnly?: boolean;
  /** Pulls an image from its registry if it is missing, or in any case. */
  readonly pull: (request: BasePull) => Progress<StoredImage>;
  /** Keeps an image, or layers alone, until the build ends. */
  readonly keep: (image: Pick<StoredImage, 'layers'> & { readonly id?: string }) => void;
  /**
   * Lets later steps begin before files of an earlier step are removed. The build waits for this
   * work before it ends. The work doesn't reject.
   */
  readonly cleanUp?: (work: Promise<void>) => void;
  /** Steps that builds share. Without them, each step of the build becomes an image. */
  readonly steps?: SessionSteps;
  /** Called if the build stops while a step that it runs continues for another build. */
  readonly handOver?: () => void;
  readonly signal: AbortSignal;
}

/** The variables of the current instruction: the environment, and build arguments. */
export function variablesOf(
  session: Pick<BuildSession, 'args'>,
  { config }: StageState,
): Map<string, string> {
  return session.args.variables(Object.entries(keyValues(config.Env ?? [])));
}

/** The first characters of an image's or container's ID, for progress output. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
