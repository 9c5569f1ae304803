import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { sha256 } from '../../store/digest.ts';

/** Everything that a stand-in registry has received. */
export class StandInUploads {
  /** `repository@digest` */
  readonly blobs = new Map<string, Buffer>();
  /** `repository:tag` */
  readonly manifests = new Map<string, { mediaType: string; bytes: Buffer }>();

  /**
   * Answers HEAD, POST and PUT of the distribution specification. Returns false for other requests.
   */
  async answer(url: URL, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { method = '' } = request;
    const [, repository = '', kind, rest = ''] =
      /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(url.pathname) ?? [];
    if (method === 'HEAD' && kind === 'blobs') {
      response.writeHead(this.blobs.has(`${repository}@${rest}`) ? 200 : 404).end();
    } else if (method === 'POST' && kind === 'blobs') {
      const digest = url.searchParams.get('mount') ?? '';
      const found = this.blobs.get(`${url.searchParams.get('from')}@${digest}`);
      if (found !== undefined) this.blobs.set(`${repository}@${digest}`, found);
      // A relative address with a query, as registries send it.
      const location = `/v2/${repository}/blobs/uploads/1?state=x`;
      response.writeHead(found === undefined ? 202 : 201, { location }).end();
    } else if (method === 'PUT') {
      const bytes = await buffer(request);
      this.#take(repository, kind ?? '', rest, url, bytes, request, response);
    } else return false;
    return true;
  }

  #take(
    repository: string,
    kind: string,
    rest: string,
    url: URL,
    bytes: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    if (kind === 'manifests') {
      const mediaType = request.headers['content-type'] ?? '';
      this.manifests.set(`${repository}:${rest}`, { mediaType, bytes });
      response.writeHead(201).end();
      return;
    }
    const digest = url.searchParams.get('digest') ?? '';
    const good = digest === sha256(bytes) && url.searchParams.get('state') === 'x';
    if (good) this.blobs.set(`${repository}@${digest}`, bytes);
    response.writeHead(good ? 201 : 400).end();
  }
}
