/** The kinds of errors on the host. `electron/cli/exit-code.ts` maps each to an exit code. */
export type HostErrorCode =
  | 'invalid'
  | 'missing-program'
  | 'machine-failed'
  | 'accelerator-failed'
  | 'machine-not-running'
  | 'timeout'
  | 'cancelled'
  | 'connection'
  | 'engine'
  | 'internal';

/**
 * The error type of the host core. `message` says what happened, `hint` what to do about it.
 * `appHint` replaces the hint in the app, if the hint speaks of commands or their flags.
 * `status` is the engine's HTTP status if `code` is 'engine'. `console` has the VM's last console
 * lines if a start failed. `field` is the path of the invalid value in a request, such as
 * `mounts.0.source`.
 */
export class HostError extends Error {
  readonly code: HostErrorCode;
  readonly hint: string | undefined;
  readonly appHint: string | undefined;
  readonly status: number | undefined;
  readonly console: readonly string[];
  readonly field: string | undefined;

  constructor(
    code: HostErrorCode,
    message: string,
    options: {
      hint?: string;
      appHint?: string;
      status?: number;
      console?: readonly string[];
      field?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'HostError';
    this.code = code;
    this.hint = options.hint;
    this.appHint = options.appHint;
    this.status = options.status;
    this.console = options.console ?? [];
    this.field = options.field;
  }
}

/** The hints of an error, for another error that stands for it. */
export const hintsOf = ({ hint, appHint }: HostError) => ({
  ...(hint !== undefined && { hint }),
  ...(appHint !== undefined && { appHint }),
});

/** The message of any thrown value. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
