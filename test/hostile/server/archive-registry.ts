import type { IncomingMessage, ServerResponse } from 'node:http';
import { mediaTypes } from '../../../guest-agent/registry/manifest.ts';
import { sha256 } from '../../../guest-agent/store/digest.ts';
import { imageOf } from '../archives/image.ts';
import { archives } from '../archives/table.ts';

/** Serves each archive as the layer of an image: `archive/NUMBER:1`. */
export function serveArchives(request: IncomingMessage, response: ServerResponse): void {
  const [, number, kind, name = ''] =
    /^\/v2\/archive\/(\d+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
  const archive = archives[Number(number)];
  if (archive === undefined) {
    response.end('{}');
    return;
  }
  const { config, manifest } = imageOf(archive.bytes);
  if (kind === 'manifests') {
    response.writeHead(200, { 'content-type': mediaTypes.ociManifest }).end(manifest);
    return;
  }
  const blob = [config, archive.bytes].find((bytes) => sha256(bytes) === name);
  response.writeHead(blob === undefined ? 404 : 200).end(blob);
}
