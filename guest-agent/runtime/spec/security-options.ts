import { EngineError } from '../../errors.ts';
import { type SeccompProfile, seccompProfileSchema } from './seccomp.ts';

/** The parsed `SecurityOpt`. */
export interface SecurityOptions {
  /** The built-in profile, none, or the user's own profile. */
  readonly seccomp: 'builtin' | 'unconfined' | SeccompProfile;
  readonly noNewPrivileges: boolean;
  /** If false, nothing in /proc and /sys is hidden or read-only (`systempaths=unconfined`). */
  readonly protectsSystemPaths: boolean;
}

/**
 * Parses security options. A seccomp profile is given as JSON text. The VM has neither AppArmor nor
 * SELinux, so their options are accepted, as in Docker. Throws EngineError 'invalid' in Docker's
 * words.
 */
export function securityOptions(options: readonly string[]): SecurityOptions {
  let parsed: SecurityOptions = {
    seccomp: 'builtin',
    noNewPrivileges: false,
    protectsSystemPaths: true,
  };
  for (const option of options) parsed = { ...parsed, ...parseOption(option) };
  return parsed;
}

function parseOption(option: string): Partial<SecurityOptions> {
  if (option === 'no-new-privileges') return { noNewPrivileges: true };
  if (option === 'disable') return {};
  const [, name = option, value = ''] = /^([^=:]+)[=:](.*)$/s.exec(option) ?? [];
  switch (name) {
    case 'no-new-privileges':
      if (!/^(true|false|1|0|t|f)$/i.test(value)) throw invalid(option);
      return { noNewPrivileges: /^(true|1|t)$/i.test(value) };
    case 'seccomp':
      if (value === 'unconfined' || value === 'builtin') return { seccomp: value };
      return { seccomp: parseProfile(value) };
    case 'systempaths':
      if (value !== 'unconfined') throw invalid(option);
      return { protectsSystemPaths: false };
    case 'apparmor':
    case 'label':
    case 'writable-cgroups':
      return {};
    default:
      throw invalid(option);
  }
}

function parseProfile(text: string): SeccompProfile {
  try {
    return seccompProfileSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('invalid', `Decoding seccomp profile failed: ${reason}`, { cause });
  }
}

const invalid = (option: string) =>
  new EngineError('invalid', `invalid --security-opt 2: "${option}"`);
