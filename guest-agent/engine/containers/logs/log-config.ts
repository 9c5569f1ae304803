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

/** Docker's defaults: `json-file` grows without a limit, `local` doesn't. */
const DEFAULTS: Record<string, { maxSize?: string; maxFiles: number }> = {
  local: { maxSize: '20m', maxFiles: 5 },
};

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
  const { maxSize: defaultSize, maxFiles: defaultFiles = 1 } = DEFAULTS[driver] ?? {};
  const size = config.Config['max-size'] ?? defaultSize;
  const files = config.Config['max-file'] ?? String(defaultFiles);
  const maxSize = size === undefined || size === '-1' ? undefined : positiveSize(size);
  const maxFiles = Number(files);
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
