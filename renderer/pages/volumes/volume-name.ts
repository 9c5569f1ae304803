import { isName } from '../../../guest-agent/grammar/name.ts';

/** Why a name isn't valid for a volume, in words; undefined if it is valid. */
export function faultOfVolumeName(name: string, taken: readonly string[]): string | undefined {
  if (taken.includes(name)) return 'A volume with this name already exists.';
  if (!isName(name)) {
    return 'Use two or more characters: letters, digits, dots, dashes or underscores. Begin with a letter or digit.';
  }
  return undefined;
}
