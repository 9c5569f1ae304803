import { resolve } from 'node:path';
import type { Mount } from '../../../guest-agent/contract/engine-types.ts';
import { isMachinePath } from '../../../guest-agent/contract/host-path.ts';
import { HostError } from '../../host/base/errors.ts';

/** What `--volume` asks for. */
export type VolumeFlag =
  | { readonly kind: 'anonymous'; readonly target: string }
  | {
      /** `bind`: a folder of this computer. `volume`: one that the engine keeps. */
      readonly kind: 'volume' | 'bind';
      readonly source: string;
      readonly target: string;
      readonly mode: string | undefined;
    };

const MODES = new Set(['ro', 'rw', 'nocopy', 'z', 'Z', 'cached', 'delegated', 'consistent']);
const PROPAGATION = /^r?(private|shared|slave)$/;

/** Whether mounts that are made later on one side of a bind are seen on the other. */
export const isPropagation = (word: string): word is Propagation => PROPAGATION.test(word);
type Propagation = NonNullable<NonNullable<Mount['BindOptions']>['Propagation']>;

const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Parses `[SOURCE:]TARGET[:MODE]`; a Windows path may begin with its drive letter. */
export function parseVolume(text: string): VolumeFlag {
  const drive = /^[a-zA-Z]:[\\/]/.test(text) ? text.slice(0, 2) : '';
  const [first = '', ...others] = text.slice(drive.length).split(':');
  const parts = [drive + first, ...others];
  const [source = '', target, mode] = parts;
  if (parts.length > 3 || parts.some((part) => part === '')) throw invalid(text);
  if (target === undefined) {
    if (!source.startsWith('/')) throw invalid(text, 'the path in the container must be absolute');
    return { kind: 'anonymous', target: source };
  }
  if (!target.startsWith('/')) throw invalid(text, 'the path in the container must be absolute');
  if (mode !== undefined && !mode.split(',').every((word) => isMode(word))) {
    throw invalid(text, `unknown mode "${mode}"`);
  }
  if (/[\\/]/.test(source) || source.startsWith('.')) {
    return { kind: 'bind', source, target, mode };
  }
  if (!VOLUME_NAME.test(source)) throw invalid(text, `"${source}" is no name for a volume`);
  return { kind: 'volume', source, target, mode };
}

const isMode = (word: string) => MODES.has(word) || isPropagation(word);

function invalid(text: string, reason = 'expected [SOURCE:]TARGET[:MODE]'): HostError {
  return new HostError('invalid', `invalid volume "${text}": ${reason}`);
}

/** An absolute path for a folder of this computer; what is the machine's stays as it is. */
export const bindSource = (source: string) => (isMachinePath(source) ? source : resolve(source));

/** One of the engine's `Binds`. */
export function bindFlag({ source, target, mode }: Extract<VolumeFlag, { mode: unknown }>): string {
  return [bindSource(source), target, ...(mode === undefined ? [] : [mode])].join(':');
}
