import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';

/** A file, directory or link in a layer. It belongs to root. */
export type LayerEntry =
  | { type: 'directory'; name: string; mode?: number }
  | { type: 'file'; name: string; content: Buffer | string; mode?: number }
  | { type: 'symlink'; name: string; target: string };

/** An uncompressed layer. The same entries always give the same bytes. */
export async function packLayer(entries: readonly LayerEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    const common = {
      name: entry.name,
      mtime: new Date(0),
      uid: 0,
      gid: 0,
    } satisfies Partial<Header>;
    switch (entry.type) {
      case 'directory':
        tar.entry({ ...common, type: 'directory', mode: entry.mode ?? 0o755 });
        break;
      case 'file':
        tar.entry({ ...common, mode: entry.mode ?? 0o644 }, entry.content);
        break;
      case 'symlink':
        tar.entry({ ...common, type: 'symlink', linkname: entry.target, mode: 0o777 });
        break;
    }
  }
  tar.finalize();
  return await buffer(tar);
}
