import { Readable } from 'node:stream';
import { EngineError } from '../../../errors.ts';
import { send } from '../../../registry/http/http.ts';
import type { Platform } from '../../../registry/platform.ts';
import type { Reference } from '../../../registry/reference.ts';
import { decompressAny } from '../../archive/decompress-any.ts';
import { figure, type ProgressMessage, withProgress } from '../distribution/progress.ts';
import type { Images } from '../images.ts';
import type { ImageConfig } from '../store/image.ts';

export interface ImportRequest {
  /** A URL, or `-` if the archive is in `body`. */
  readonly source: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** With a tag. */
  readonly name?: Reference | undefined;
  readonly message: string;
  /** Changes the configuration, which begins empty. */
  readonly change: (config: ImageConfig) => ImageConfig;
  readonly platform: Platform;
}

/** Creates an image with one layer from a tar, compressed or not. */
export async function* importImage(
  images: Images,
  request: ImportRequest,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage> {
  const { source, platform, name } = request;
  const config = request.change({});
  let id = '';
  yield* withProgress(signal, async (report, inner) => {
    const archive =
      source === '-' ? request.body : download(source, (message) => report(message), inner);
    const tar = Readable.from(decompressAny(archive), { objectMode: false });
    using layer = await images.addLayer(tar);
    const image = await images.commit(
      {
        ...{ layer, config, platform, createdBy: '' },
        comment: request.message || `Imported from ${source}`,
        created: new Date().toISOString(),
      },
      name,
    );
    id = image.id;
    images.publish('import', id, id);
  });
  yield { status: id };
}

const REPORT_EVERY_MS = 100;

async function* download(
  source: string,
  report: (message: ProgressMessage) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const url = URL.parse(source.includes('://') ? source : `http://${source}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new EngineError('invalid', `invalid URL: ${source}`);
  }
  report({ status: `Downloading from ${url.href}` });
  const { status, headers, body } = await send(url, { insecure: false, signal });
  if (status !== 200) {
    body.destroy();
    throw new EngineError('invalid', `Got HTTP status code >= 400: ${status}`);
  }
  const total = Number(headers['content-length'] ?? 0);
  let current = 0;
  let last = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    current += chunk.length;
    if (Date.now() - last >= REPORT_EVERY_MS) {
      last = Date.now();
      report(figure('Importing', '', current, total));
    }
    yield chunk;
  }
}
