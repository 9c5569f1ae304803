import type { StatusResponse } from '../../../host/buildkit/trace.ts';

/** Shows the progress of a build. */
export interface BuildDisplay {
  add(status: StatusResponse): void;
  /** Shows what is still to be shown. */
  end(): void;
}
