import type { CreateRequest } from '../../engine/containers/request/config.ts';

/** The command of a `RUN`, ready to run. */
export interface RunTask {
  readonly command: readonly string[];
  readonly request: CreateRequest;
  /** Can have secrets. */
  readonly secretEnv: readonly string[];
  /** See `mountStubs`. */
  readonly stubs: readonly string[];
}
