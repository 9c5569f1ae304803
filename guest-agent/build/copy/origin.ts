import { fileContent } from '../../store/tar/file-content.ts';
import { tarMember } from '../../store/tar/member.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import type { Download } from './download.ts';
import { type CopyAs, sourceItems, tarName } from './items.ts';
import type { CopyItem } from './known-hashes.ts';
import type { Source } from './sources.ts';

/** Something that `COPY` or `ADD` puts into an image. */
export interface Origin {
  readonly kind: 'file' | 'dir';
  /** Its name inside a destination directory. */
  readonly name: string;
  /** The path of a tar to unpack instead of copying it. */
  readonly archive?: string;
  /** Its files as members of a layer; `target` is the path in the layer. */
  readonly items: (target: string, as: CopyAs) => AsyncIterable<CopyItem> | Iterable<CopyItem>;
}

/** `included` are the paths to copy of a directory, undefined for all. */
export function localFiles(
  source: Source,
  { unpack, ...files }: { unpack: boolean } & Partial<Pick<CopyAs, 'included' | 'hasXattrs'>>,
): Origin {
  return {
    kind: source.stats.isDirectory() ? 'dir' : 'file',
    name: source.name.split('/').at(-1) ?? '',
    ...(unpack ? { archive: source.path } : {}),
    items: (target, as) => sourceItems(source, target, { ...as, ...files }),
  };
}

/** A here-document of the Dockerfile, as a file. */
export function textFile(name: string, text: string): Origin {
  const content = Buffer.from(text, 'utf8');
  const mtime = Math.floor(Date.now() / 1000);
  return {
    ...{ kind: 'file', name },
    items: (target, as) => [
      plainFile(target, as, { mode: 0o644, size: content.length, mtime }, [content]),
    ],
  };
}

export function downloaded({ name, path, size, mtime }: Download, unpack: boolean): Origin {
  return {
    ...{ kind: 'file', name },
    ...(unpack ? { archive: path } : {}),
    items: (target, as) => [plainFile(target, as, { mode: 0o600, size, mtime }, fileContent(path))],
  };
}

function plainFile(
  target: string,
  { owner, change }: CopyAs,
  facts: { mode: number; size: number; mtime?: number },
  content: NonNullable<TarItem['content']>,
): TarItem {
  const member = tarMember({
    ...facts,
    ...{ name: tarName(target), type: 'file', uid: owner?.uid ?? 0, gid: owner?.gid ?? 0 },
    mode: change?.apply(facts.mode, false) ?? facts.mode,
  });
  return { member, content };
}
