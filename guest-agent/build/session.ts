import type { Engine } from '../engine/engine.ts';
import type { ProgressMessage } from '../engine/images/distribution/progress.ts';
import type { Images } from '../engine/images/images.ts';
import type { ImageConfig } from '../engine/images/store/image.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { keyValues } from '../grammar/key-values.ts';
import type { Platform } from '../registry/platform.ts';
import type { BuildArgs } from './build-args.ts';
import type { BuildOptions } from './options.ts';
import type { Stage } from './stages.ts';

/** One line of a build's answer, in the Engine API's form. */
export type BuildMessage =
  | { readonly stream: string }
  | { readonly aux: { readonly ID: string } }
  | ProgressMessage;

/** The messages of an instruction, and then its result. */
export type Progress<T> = AsyncGenerator<BuildMessage, T>;

/** The state of a stage between two instructions. */
export interface StageState {
  /** The image after the last instruction. Undefined at the beginning of `FROM scratch`. */
  readonly image: StoredImage | undefined;
  readonly config: ImageConfig;
  /** Whether the stage had its own `CMD`. */
  readonly hasOwnCommand: boolean;
}

/** A base image, or an image that files are copied from. */
export interface BasePull {
  /** A name or an ID, as written in the Dockerfile. */
  readonly name: string;
  readonly always: boolean;
  /** If undefined, the platform of the build. */
  readonly platform?: Platform | undefined;
}

/** One build, from the first instruction to the last. */
export interface BuildSession {
  readonly engine: Engine;
  readonly images: Images;
  readonly options: BuildOptions;
  readonly args: BuildArgs;
  /** The Dockerfile's escape character. */
  readonly escapeChar: string;
  /** The directory with the files of the context. */
  readonly context: string;
  /** A directory for other temporary files. Removed with the build. */
  readonly scratch: string;
  /** All stages up to the target, finished or not. */
  readonly stages: readonly Pick<Stage, 'name'>[];
  /** The finished stages, in order. */
  readonly finished: StageState[];
  /** Pulls an image from its registry if it is missing, or in any case. */
  readonly pull: (request: BasePull) => Progress<StoredImage>;
  /** Keeps an image until the build ends. */
  readonly keep: (image: StoredImage) => void;
  readonly signal: AbortSignal;
}

/** The variables of the current instruction. The environment overrides build arguments. */
export function variablesOf(session: BuildSession, { config }: StageState): Map<string, string> {
  const environment = keyValues(config.Env ?? []);
  return new Map([...session.args.declared(), ...Object.entries(environment)]);
}

/** The first characters of an image's or container's ID, for progress output. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
