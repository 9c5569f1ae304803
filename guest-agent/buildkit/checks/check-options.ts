import { directives } from '../../build/dockerfile/directives.ts';
import { EngineError } from '../../errors.ts';
import { parseBoolean } from '../export/attributes.ts';

/** Which rules count, as `# check=skip=…;error=…;experimental=…` says. */
export interface CheckOptions {
  readonly skipped: 'all' | ReadonlySet<string>;
  readonly experimental: 'all' | ReadonlySet<string>;
  /** A warning fails the build. */
  readonly isError: boolean;
}

const DEFAULT: CheckOptions = { skipped: new Set(), experimental: new Set(), isError: false };

/**
 * The options for a Dockerfile. The build argument `BUILDKIT_DOCKERFILE_CHECK` replaces the line in
 * the Dockerfile. Throws EngineError 'invalid' in BuildKit's words.
 */
export function checkOptions(text: string, argument: string | null | undefined): CheckOptions {
  if (typeof argument === 'string') {
    return wrapped('failed to parse build-arg:BUILDKIT_DOCKERFILE_CHECK', argument);
  }
  const line = directives(text).find(({ name }) => name === 'check');
  // Whatever follows a blank is not an option.
  const [options = ''] = line?.value.split(' ', 1) ?? [];
  return wrapped('failed to parse check options', options);
}

function wrapped(what: string, options: string): CheckOptions {
  try {
    return parseCheckOptions(options);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new EngineError('invalid', `${what}: ${cause.message}`, { cause });
  }
}

function parseCheckOptions(text: string): CheckOptions {
  if (text.trim() === '') return DEFAULT;
  const [first = '', second, ...rest] = text.trim().split(';');
  const parts = [first, second, rest.length > 0 ? rest.join(';') : undefined];
  let options = DEFAULT;
  for (const part of parts) {
    if (part === undefined) continue;
    const [name = '', ...values] = part.split('=');
    if (values.length === 0) throw invalid(`invalid check option ${JSON.stringify(part)}`);
    const value = values.join('=').trim();
    switch (name.trim()) {
      case 'skip':
        options = { ...options, skipped: ruleNames(value) };
        break;
      case 'experimental':
        options = { ...options, experimental: ruleNames(value) };
        break;
      case 'error':
        options = { ...options, isError: boolean(value, part) };
        break;
      default:
        throw invalid(`invalid check option ${JSON.stringify(name.trim())}`);
    }
  }
  return options;
}

function ruleNames(text: string): 'all' | ReadonlySet<string> {
  return text === 'all' ? 'all' : new Set(text.split(',').map((name) => name.trim()));
}

function boolean(text: string, part: string): boolean {
  return parseBoolean(text, `failed to parse check option ${JSON.stringify(part)}`);
}

function invalid(message: string): EngineError {
  return new EngineError('invalid', message);
}
