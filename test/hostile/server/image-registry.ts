import type { IncomingMessage, ServerResponse } from 'node:http';
import { mediaTypes } from '../../../guest-agent/registry/manifest.ts';
import { sha256 } from '../../../guest-agent/store/digest.ts';
import { images } from '../images/table.ts';

/** Serves each image as `image/NUMBER:1`. */
export function serveImages(request: IncomingMessage, response: ServerResponse): void {
  const [, number, kind, name = ''] =
    /^\/v2\/image\/(\d+)\/(manifests|blobs)\/([^?]+)/.exec(request.url ?? '') ?? [];
  const image = images[Number(number)];
  if (image === undefined) {
    response.end('{}');
    return;
  }
  const { top, blobs, isIndex = false } = image;
  if (kind === 'manifests' && !name.startsWith('sha256:')) {
    const type = isIndex ? mediaTypes.ociIndex : mediaTypes.ociManifest;
    response.writeHead(200, { 'content-type': type }).end(top);
    return;
  }
  const found = [top, ...blobs].find((bytes) => sha256(bytes) === name);
  const headers = kind === 'manifests' ? { 'content-type': mediaTypes.ociManifest } : {};
  response.writeHead(found === undefined ? 404 : 200, headers).end(found);
}
