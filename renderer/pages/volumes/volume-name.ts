import { isName } from '../../../guest-agent/grammar/name.ts';

/** Why a volume cannot have a name, in words; undefined when it can. */
export function faultOfVolumeName(name: string, taken: readonly string[]): string | undefined {
  if (taken.includes(name)) return 'There is a volume of this name already.';
  if (!isName(name)) {
    return 'At least two letters, digits, dots, dashes or underscores; a letter or digit first.';
  }
  return undefined;
}
