import { mediaTypes, parseManifest } from '../../../registry/manifest.ts';
import { familiarName, type Reference } from '../../../registry/reference.ts';
import { tarMember } from '../../../store/tar/member.ts';
import { type TarItem, writeTar } from '../../../store/tar/writer.ts';
import { bytesBlob, type OciContent } from '../store/oci-content.ts';
import {
  blobPath,
  layoutDirectories,
  layoutJson,
  layoutVersion,
  nameAnnotations,
} from './layout-items.ts';

export interface LayoutOptions {
  readonly names: readonly Reference[];
  /** Whether to add the documents that `docker load` of older versions needs. */
  readonly isForDocker: boolean;
}

/** An image or an index as a tar with an OCI image layout. */
export function layoutArchive(content: OciContent, options: LayoutOptions): AsyncGenerator<Buffer> {
  return writeTar(layoutItems(content, options));
}

async function* layoutItems(
  content: OciContent,
  { names, isForDocker }: LayoutOptions,
): AsyncGenerator<TarItem> {
  yield* layoutDirectories();
  const blobs = new Map(
    [...content.blobs, ...content.manifests.map(({ bytes }) => bytesBlob(bytes))].map((blob) => [
      blob.digest,
      blob,
    ]),
  );
  for (const { digest, size, open } of [...blobs.values()].sort(byDigest)) {
    const member = tarMember({ name: blobPath(digest), type: 'file', mode: 0o444, size });
    yield { member, content: open() };
  }
  yield layoutJson('index.json', layoutIndex(content, names));
  if (isForDocker) yield layoutJson('manifest.json', dockerManifest(content, names));
  yield layoutVersion();
}

const byDigest = (a: { digest: string }, b: { digest: string }) => (a.digest < b.digest ? -1 : 1);

/** The index of the layout, with an entry for each name. */
export function layoutIndex({ top }: OciContent, names: readonly Reference[]): object {
  const named = names.map((name) => ({
    ...top,
    annotations: sorted({ ...top.annotations, ...nameAnnotations(name) }),
  }));
  const { ociIndex } = mediaTypes;
  return {
    ...{ schemaVersion: 2, mediaType: ociIndex },
    manifests: (named.length === 0 ? [top] : named).map(({ platform, ...rest }) => ({
      ...rest,
      ...(platform === undefined ? {} : { platform }),
    })),
  };
}

function dockerManifest({ manifests }: OciContent, names: readonly Reference[]): object[] {
  const [only] = manifests;
  const manifest = only === undefined ? undefined : parseManifest(only.bytes);
  if (manifest === undefined || 'manifests' in manifest) return [];
  return [
    {
      Config: blobPath(manifest.config.digest),
      RepoTags: names.length === 0 ? null : names.map(familiarName),
      Layers: manifest.layers.map(({ digest }) => blobPath(digest)),
    },
  ];
}

function sorted(names: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1)));
}
