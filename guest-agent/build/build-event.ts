import type { ProgressMessage } from '../engine/images/distribution/progress.ts';
import type { OutputPacket } from '../runtime/conmon/attach-socket.ts';
import type { Instruction } from './dockerfile/parse.ts';

/** What happens in a build. Each API tells its clients in its own form. */
export type BuildEvent =
  /** An instruction begins. `stage` is undefined before the first `FROM`. */
  | {
      readonly kind: 'step';
      readonly instruction: Instruction;
      readonly stage: number | undefined;
      /** The variables that the instruction can use. */
      readonly variables: ReadonlyMap<string, string>;
      /** An instruction of the base image's `ONBUILD`. */
      readonly isTrigger?: true;
      /** A `WORKDIR` of the root, which changes no files. */
      readonly staysAtRoot?: boolean;
    }
  /** The base image has instructions for the images that are built from it. */
  | { readonly kind: 'triggers'; readonly count: number }
  /** The files of the stage's first image were needed, or only its key. `isKnown`: see `noteImage`. */
  | { readonly kind: 'base'; readonly isKnown: boolean }
  /** The image of the current instruction comes from the cache. */
  | { readonly kind: 'cached' }
  /** The current instruction is done. `id` is its image: undefined after `FROM scratch`. */
  | { readonly kind: 'image'; readonly id: string | undefined }
  /** A container runs the current instruction, or is removed after it. */
  | { readonly kind: 'container'; readonly id: string; readonly state: 'started' | 'removed' }
  | { readonly kind: 'output'; readonly stream: OutputPacket['stream']; readonly data: Buffer }
  | { readonly kind: 'pull'; readonly message: ProgressMessage }
  /** Build arguments that were given, but that no instruction declares. */
  | { readonly kind: 'unused-args'; readonly names: readonly string[] };

/** The events of an instruction, and then its result. */
export type Progress<T> = AsyncGenerator<BuildEvent, T>;
