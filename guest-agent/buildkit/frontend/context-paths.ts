import { isUrl } from '../../build/copy/download.ts';
import { wordList } from '../../build/dockerfile/arguments.ts';
import type { Stage } from '../../build/stages.ts';

/**
 * The paths of the context that the stages use: undefined if none, empty if all. Sources with
 * variables can mean any path, since their values aren't known before the stage runs.
 */
export function contextPaths(stages: readonly Stage[]): readonly string[] | undefined {
  const sources = stages
    .filter(({ isSkipped }) => !isSkipped)
    .flatMap(({ instructions }) => instructions)
    .flatMap((instruction) => {
      const { keyword, flags, text } = instruction;
      if (keyword === 'RUN') return mountedPaths(flags.get('mount') ?? '');
      // An `ONBUILD` runs in another build.
      if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.get('from')) return [];
      const local = (word: string) => !word.startsWith('<<') && !(keyword === 'ADD' && isUrl(word));
      return wordList(text).slice(0, -1).filter(local);
    });
  if (sources.length === 0) return undefined;
  const paths = sources.map((source) => source.replace(/^(\.?\/)+/, '').replace(/\/+$/, ''));
  const isOpen = (path: string) => path === '' || path === '.' || /[$]|(^|\/)\.\.(\/|$)/.test(path);
  return paths.some(isOpen) ? [] : [...new Set(paths)].sort();
}

/** The sources of `RUN --mount=type=bind` without `from`. */
function mountedPaths(mounts: string): string[] {
  return mounts
    .split('\n')
    .filter(Boolean)
    .map((mount) => new Map(mount.split(',').map((part) => splitOnce(part))))
    .filter((mount) => (mount.get('type') ?? 'bind') === 'bind' && !mount.get('from'))
    .map((mount) => mount.get('source') ?? mount.get('src') ?? '');
}

function splitOnce(text: string): [name: string, value: string] {
  const [name = '', ...rest] = text.split('=');
  return [name, rest.join('=')];
}
