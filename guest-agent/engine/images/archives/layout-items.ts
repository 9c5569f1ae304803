import { canonicalName, type Reference } from '../../../registry/reference.ts';
import { digestHex } from '../../../store/digest.ts';
import { tarMember } from '../../../store/tar/member.ts';
import type { TarItem } from '../../../store/tar/writer.ts';

/** The place of a blob in an OCI image layout. */
export const blobPath = (digest: string) => `blobs/sha256/${digestHex(digest)}`;

/** The directories of an OCI image layout. */
export function layoutDirectories(): TarItem[] {
  return ['blobs', 'blobs/sha256'].map((name) => ({
    member: tarMember({ name, type: 'directory' }),
  }));
}

export function layoutFile(name: string, bytes: Buffer): TarItem {
  return { member: tarMember({ name, type: 'file', size: bytes.length }), content: [bytes] };
}

export function layoutJson(name: string, document: object): TarItem {
  return layoutFile(name, Buffer.from(JSON.stringify(document)));
}

/** The file that says which version of the layout follows. */
export const layoutVersion = () => layoutJson('oci-layout', { imageLayoutVersion: '1.0.0' });

/** How the index of a layout says an image's name. */
export function nameAnnotations(name: Reference): Record<string, string> {
  return {
    'io.containerd.image.name': canonicalName(name),
    'org.opencontainers.image.ref.name': name.tag ?? '',
  };
}
