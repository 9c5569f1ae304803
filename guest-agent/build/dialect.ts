import { randomUUID } from 'node:crypto';
import type { ImageConfig } from '../engine/images/store/image.ts';
import { EngineError } from '../errors.ts';
import { formatDuration } from '../grammar/duration.ts';

/**
 * What the images and the errors of Docker's two builders differ in: the classic builder of
 * `POST /build`, and BuildKit.
 */
export interface Dialect {
  readonly name: 'classic' | 'buildkit';
  /** The comment on each of the image's steps. */
  readonly comment: string | undefined;
  /** Whether a stage has the build arguments of the stage that it begins with. */
  readonly inheritsArgs: boolean;
  /** The text in an image's history of an instruction that ran no command. */
  readonly withoutRun: (text: string) => string;
  /** The same for `RUN`. `command` begins with the build arguments, as `|1 A=b`. */
  readonly run: (command: string) => string;
  /** The same for `COPY` and `ADD`. `summary` has a hash of the files, `written` doesn't. */
  readonly copy: (summary: string, written: string) => string;
  /** The text of `EXPOSE`. */
  readonly expose: (ports: readonly string[]) => string;
  /** The text of `HEALTHCHECK`. */
  readonly healthcheck: (check: NonNullable<ImageConfig['Healthcheck']>) => string;
  /** The value of an `ARG` in the history: the one that counts, or the default as written. */
  readonly argValue: (
    effective: string | undefined,
    byDefault: string | undefined,
  ) => string | undefined;
  /** Whether `ONBUILD` is a step of the history. */
  readonly notesTriggers: boolean;
  /** Whether `--label` is a step of the history. */
  readonly notesLabels: boolean;
  /** Changes to the configuration by `CMD`. */
  readonly commandConfig: ImageConfig & { readonly ArgsEscaped?: true };
  /** What the configuration of an image from `FROM scratch` begins with. */
  readonly scratchConfig: ImageConfig;
  readonly runFailed: (command: readonly string[], exitCode: number) => string;
  /** A source of `COPY` that doesn't exist. */
  readonly sourceMissing: (name: string) => string;
  /** The error for a pattern of `COPY` that matches nothing. Absent if that copies nothing. */
  readonly noMatches?: string;
}

export const classic: Dialect = {
  name: 'classic',
  comment: undefined,
  inheritsArgs: false,
  withoutRun: (text) => `/bin/sh -c #(nop) ${text}`,
  run: (command) => command,
  copy: (summary) => `/bin/sh -c #(nop) ${summary}`,
  expose: (ports) => `EXPOSE ${ports.join(' ')}`,
  healthcheck: (check) => JSON.stringify(check),
  argValue: (_, byDefault) => byDefault,
  notesTriggers: true,
  notesLabels: true,
  commandConfig: {},
  scratchConfig: {},
  runFailed: (command, exitCode) =>
    `The command '${command.join(' ')}' returned a non-zero code: ${exitCode}`,
  sourceMissing: (name) =>
    `COPY failed: file not found in build context or excluded by .dockerignore: stat ${name}: file does not exist`,
  noMatches: 'COPY failed: no source files were specified',
};

export const buildkit: Dialect = {
  name: 'buildkit',
  comment: 'buildkit.dockerfile.v0',
  inheritsArgs: true,
  withoutRun: (text) => text,
  run: (command) => `RUN ${command} # buildkit`,
  copy: (_, written) => `${written} # buildkit`,
  expose: (ports) => `EXPOSE [${ports.join(' ')}]`,
  healthcheck: goHealthcheck,
  argValue: (effective) => effective,
  notesTriggers: false,
  notesLabels: false,
  commandConfig: { ArgsEscaped: true },
  scratchConfig: { WorkingDir: '/' },
  runFailed: (command, exitCode) =>
    // BuildKit prints the command with Go's `%q`.
    `process ${JSON.stringify(command.join(' '))} did not complete successfully: exit code: ${exitCode}`,
  sourceMissing: (name) =>
    `failed to compute cache key: failed to calculate checksum of ref ${randomUUID()}::${name}: "/${name}": not found`,
};

/** As Go prints the structure with `%q`, which is what BuildKit's images have. */
function goHealthcheck(check: NonNullable<ImageConfig['Healthcheck']>): string {
  const { Interval = 0, Timeout = 0, StartPeriod = 0, StartInterval = 0, Retries = 0 } = check;
  const test = (check.Test ?? []).map((word) => JSON.stringify(word)).join(' ');
  const times = [Interval, Timeout, StartPeriod, StartInterval].map(
    (nanoseconds) => `"${formatDuration(nanoseconds)}"`,
  );
  const code = Retries.toString(16).padStart(2, '0');
  return `&{[${test}] ${times.join(' ')} '\\x${code}'}`;
}

/** The error for a source of `COPY` that doesn't exist. */
export function sourceMissing(dialect: Dialect, name: string): EngineError {
  return new EngineError('invalid', dialect.sourceMissing(name));
}
