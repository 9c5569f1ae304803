import type { ClientHttp2Session } from 'node:http2';
import { bytesBlob, type OciContent } from '../../engine/images/store/oci-content.ts';
import { ClientStore } from '../session/content-store.ts';

/** Clients give this name to the directory of an output that isn't a tar. */
const STORE = 'export';

/** Sends an image to a directory of the client, which writes the rest of the layout itself. */
export async function sendLayout(
  session: ClientHttp2Session,
  { blobs, manifests }: OciContent,
  signal: AbortSignal,
): Promise<void> {
  const store = new ClientStore(session, STORE, signal);
  const distinct = new Map(blobs.map((blob) => [blob.digest, blob]));
  for (const blob of distinct.values()) await store.write(blob, blob.open());
  for (const { bytes } of manifests) {
    const blob = bytesBlob(bytes);
    await store.write(blob, blob.open());
  }
}
