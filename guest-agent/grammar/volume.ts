import type { Propagation } from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';
import { isName } from './name.ts';

/** A mount in the short form: `[SOURCE:]TARGET[:OPTIONS]`. */
export interface Volume {
  /** A host folder or a volume's name; undefined for a new anonymous volume. */
  readonly source?: string;
  readonly target: string;
  /** `ro`, `nocopy`, `rslave`, ...; undefined if the text has no options. */
  readonly options?: readonly string[];
}

const OPTIONS = new Set(['ro', 'rw', 'nocopy', 'z', 'Z', 'cached', 'delegated', 'consistent']);
const PROPAGATION = /^r?(private|shared|slave)$/;
/** A Windows path has a colon after its drive letter; `a:/x` is a volume named `a`. */
const DRIVE = /^[a-zA-Z]:(\\|\/[^:]*:\/)/;

/** Whether later mounts on one side of a bind mount appear on the other side. */
export const isPropagation = (word: string): word is Propagation => PROPAGATION.test(word);

export const isVolumeOption = (word: string) => OPTIONS.has(word) || isPropagation(word);

/** Whether a source is a host folder, not the name of a volume. */
export const isHostPath = (source: string) => /^([./~]|\\\\|[a-zA-Z]:[\\/])/.test(source);

/** Splits the text without checking its parts. Undefined if it can't be split. */
export function splitVolume(text: string): Volume | undefined {
  const drive = DRIVE.test(text) ? text.slice(0, 2) : '';
  const [first = '', target, options, ...more] = text.slice(drive.length).split(':');
  const source = drive + first;
  if (source === '' || target === '' || more.length > 0) return undefined;
  if (target === undefined) return { target: source };
  return { source, target, ...(options !== undefined && { options: options.split(',') }) };
}

/** Reads `-v [SOURCE:]TARGET[:OPTIONS]`. A Windows path may begin with a drive letter. */
export function parseVolume(text: string): Volume {
  const volume = splitVolume(text);
  if (!volume || volume.options?.join() === '') throw invalid(text);
  const { source, target, options = [] } = volume;
  if (!target.startsWith('/')) throw invalid(text, 'the path in the container must be absolute');
  if (!options.every(isVolumeOption)) throw invalid(text, `unknown mode "${options}"`);
  if (source !== undefined && !isHostPath(source) && !isName(source)) {
    throw invalid(text, `"${source}" is not a valid volume name`);
  }
  return volume;
}

function invalid(text: string, reason = 'expected [SOURCE:]TARGET[:MODE]'): GrammarError {
  return new GrammarError(`invalid volume "${text}": ${reason}`);
}

/** Formats a volume for `-v` and the engine's `Binds`. */
export const formatVolume = ({ source, target, options }: Volume): string =>
  [source, target, options?.join()].filter((part) => part !== undefined).join(':');

/** Converts `--tmpfs PATH[:OPTIONS]` entries to the engine's form: the options by path. */
export const tmpfsMap = (entries: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    entries.map((entry) => {
      const [, path = '', options = ''] = /^([^:]*):?(.*)$/s.exec(entry) ?? [];
      return [path, options];
    }),
  );

/** The inverse of `tmpfsMap`. */
export const tmpfsEntries = (map: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries(map).map(([path, options]) => (options === '' ? path : `${path}:${options}`));
