import { EngineError } from '../../errors.ts';
import { type SeccompProfile, seccompProfileSchema } from './seccomp.ts';

/** What `SecurityOpt` asks for. */
export interface SecurityOptions {
  /** The built-in profile, none, or one of the user's own. */
  readonly seccomp: 'builtin' | 'unconfined' | SeccompProfile;
  readonly noNewPrivileges: boolean;
  /** False: nothing of /proc and /sys is hidden or read-only (`systempaths=unconfined`). */
  readonly protectsSystemPaths: boolean;
}

/**
 * Parses security options; a seccomp profile comes as its JSON text. The machine has neither
 * AppArmor nor SELinux: their options are accepted, as Docker does there. Throws EngineError
 * 'invalid' in Docker's words.
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
