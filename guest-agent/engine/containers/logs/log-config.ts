import { EngineError } from '../../../errors.ts';
import { sizeOf } from '../../../grammar/size.ts';
import type { HostConfig } from '../request/config.ts';
import { checkLogPatterns } from './log-attributes.ts';

/** The limits of a container's log. */
export interface LogLimits {
  /** Bytes after which a new file begins. Undefined for one file of any size. */
  readonly maxSize: number | undefined;
  /** The maximum number of files, including the current one. */
  readonly maxFiles: number;
}

/** The options of Docker's drivers. Options for the format of a line are accepted and ignored. */
const OPTIONS: Record<string, readonly string[]> = {
  'json-file': [
    'max-size',
    'max-file',
    'compress',
    'labels',
    'labels-regex',
    'env',
    'env-regex',
    'tag',
  ],
  local: ['max-size', 'max-file', 'compress'],
  none: [],
};
/** Options of all drivers for slow logs. conmon always waits. */
const COMMON = ['mode', 'max-buffer-size'];

/**
 * Docker's defaults for `local`. In Docker, `json-file` grows without a limit, and one container can
 * fill the disk. Here it has the same defaults.
 */
const DEFAULT_SIZE = '20m';
const DEFAULT_FILES = 5;

type LogConfig = HostConfig['LogConfig'];

export const logDriver = ({ Type }: LogConfig) => Type || 'json-file';

/** Throws EngineError 'invalid' in Docker's words for an unknown driver or option. */
export function checkLogConfig(config: LogConfig): void {
  const driver = logDriver(config);
  const known = OPTIONS[driver];
  if (!known) {
    throw new EngineError(
      'invalid',
      `error looking up logging plugin ${driver}: plugin "${driver}" not found`,
    );
  }
  for (const name of Object.keys(config.Config)) {
    if (driver !== 'none' && !known.includes(name) && !COMMON.includes(name)) {
      throw new EngineError('invalid', `unknown log opt '${name}' for ${driver} log driver`);
    }
  }
  checkLogPatterns(config.Config);
  logLimits(config);
}

/** Throws EngineError 'invalid' if a limit isn't a number. */
export function logLimits(config: LogConfig): LogLimits {
  const driver = logDriver(config);
  const { 'max-size': size = DEFAULT_SIZE, 'max-file': files } = config.Config;
  const maxSize = size === '-1' ? undefined : positiveSize(size);
  // Docker keeps one file of `json-file` if only the size is given.
  const isOne = driver === 'json-file' && 'max-size' in config.Config;
  const maxFiles = Number(files ?? (isOne ? 1 : DEFAULT_FILES));
  if (!Number.isInteger(maxFiles) || maxFiles < 1) {
    throw new EngineError('invalid', 'max-file cannot be less than 1');
  }
  return { maxSize, maxFiles };
}

/** Parses sizes such as `10m`. */
function positiveSize(text: string): number {
  const size = sizeOf(text);
  if (!size) throw new EngineError('invalid', `invalid size: '${text}'`);
  return size;
}
