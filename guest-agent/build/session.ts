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

/** What an instruction says while it works, and the stage as it left it. */
export type Progress<T> = AsyncGenerator<BuildMessage, T>;

/** A stage between two instructions. */
export interface StageState {
  /** As the last instruction left it; undefined at the beginning of `FROM scratch`. */
  readonly image: StoredImage | undefined;
  readonly config: ImageConfig;
  /** The stage had a `CMD` of its own. */
  readonly hasOwnCommand: boolean;
}

/** A base image, or one that files are copied from. */
export interface BasePull {
  /** As it was written: a name or an ID. */
  readonly name: string;
  readonly always: boolean;
  /** The build's when left out. */
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
  /** Directory with the files of the context. */
  readonly context: string;
  /** Directory for whatever else the build needs; removed with it. */
  readonly scratch: string;
  /** Every stage up to the target, finished or not. */
  readonly stages: readonly Pick<Stage, 'name'>[];
  /** The finished ones, in order. */
  readonly finished: StageState[];
  /** Gets an image by name from its registry when it isn't here, or in any case. */
  readonly pull: (request: BasePull) => Progress<StoredImage>;
  /** Keeps an image until the build is over. */
  readonly keep: (image: StoredImage) => void;
  readonly signal: AbortSignal;
}

/** `${…}` in the instruction at hand: the environment goes before build arguments. */
export function variablesOf(session: BuildSession, { config }: StageState): Map<string, string> {
  const environment = keyValues(config.Env ?? []);
  return new Map([...session.args.declared(), ...Object.entries(environment)]);
}

/** The first characters of an image's or container's ID, as progress shows them. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
