import type { PruneItem } from '../../api/disk.ts';
import type { EnginePrunePreview } from '../../host/engine/prune-preview.ts';
import { imageItem } from '../../host/prune/preview.ts';
import { humanSize } from '../format/size.ts';

/** What a prune removes of one kind. */
export interface GoingKind {
  /** `all stopped containers`. */
  readonly what: string;
  /** Undefined for what can't be listed. */
  readonly items?: readonly (Pick<PruneItem, 'name'> & Partial<PruneItem>)[];
}

const INDENT = ' '.repeat(6);

/** The items of each kind, by their names in `GET /prune`. */
export const goingItems = (preview: EnginePrunePreview) => ({
  containers: preview.Containers.map(({ Name, Size }) => ({ name: Name, size: Size })),
  networks: preview.Networks.map(({ Name }) => ({ name: Name })),
  volumes: preview.Volumes.map(({ Name, Size }) => ({ name: Name, size: Size })),
  images: preview.Images.map(imageItem),
});

/** What goes, each by name and size, for the question before a prune. */
export function pruneQuestion(kinds: readonly GoingKind[], after: readonly string[] = []): string {
  const [only] = kinds;
  const lines =
    kinds.length === 1 && only
      ? [`This will remove ${titled(only)}`, ...itemLines(only)]
      : [
          'This will remove:',
          ...kinds.flatMap((kind) => [`  - ${titled(kind)}`, ...itemLines(kind)]),
        ];
  return [...lines, ...after, ''].join('\n');
}

/** Which images stay though no container uses them, and why. */
export function keptLines(preview: EnginePrunePreview): string[] {
  if (preview.ImagesKept.length === 0) return [];
  return [
    "These images stay, because Berth can't download them again. --all removes them too:",
    ...itemLines({ what: '', items: preview.ImagesKept.map(imageItem) }),
  ];
}

export const freedLine = ({ SpaceReclaimed }: EnginePrunePreview): string =>
  `This frees ${humanSize(SpaceReclaimed)}.`;

function titled({ what, items }: GoingKind): string {
  if (items === undefined) return what;
  return items.length === 0 ? `${what}: none` : `${what}:`;
}

/** Images without a name are counted: their IDs say nothing to people. */
function itemLines({ items = [] }: GoingKind): string[] {
  const named = items.filter(({ name }) => !name.startsWith('sha256:'));
  const nameless = items.length - named.length;
  return [
    ...named.map(({ name, size }) => (size === undefined ? name : `${name} (${humanSize(size)})`)),
    ...(nameless === 0
      ? []
      : [nameless === 1 ? '1 image without a name' : `${nameless} images without a name`]),
  ].map((line) => `${INDENT}${line}`);
}
