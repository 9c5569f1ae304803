import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Content,
  WriteAction,
} from '../../../guest-agent/buildkit/generated/github.com/containerd/containerd/api/services/content/v1/content_pb.js';
import {
  bidirectional,
  type Method,
  serverStreaming,
} from '../../../guest-agent/buildkit/grpc/server.ts';
import { GrpcError, grpcCode } from '../../../guest-agent/buildkit/grpc/status.ts';
import { unlessMissing } from '../base/system-error.ts';

/** Smaller than the messages that the engine accepts. */
const PIECE_BYTES = 1 << 20;

/**
 * Lets the engine read and write blobs in directories of the host, which have the form of OCI image
 * layouts. `directories` are the paths by the names that the engine uses.
 */
export function blobDirectories(directories: ReadonlyMap<string, string>): Method[] {
  const find = (headers: Record<string, unknown>, digest: string) => {
    const name = String(headers['buildkit-attachable-store-id'] ?? '');
    const directory = directories.get(name);
    if (directory === undefined) {
      throw new GrpcError(grpcCode.invalidArgument, `no content store ${name}`);
    }
    const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
    if (hex === undefined)
      throw new GrpcError(grpcCode.invalidArgument, `invalid digest ${digest}`);
    return { directory, path: join(directory, 'blobs', 'sha256', hex) };
  };
  return [
    serverStreaming(Content.method.read, async function* ({ digest, offset, size }, { headers }) {
      const { path } = find(headers, digest);
      const file = await open(path).catch(unlessMissing);
      if (file === undefined)
        throw new GrpcError(grpcCode.notFound, `content ${digest}: not found`);
      await using _ = file;
      const end = size > 0n ? Number(offset + size) : (await file.stat()).size;
      for (let at = Number(offset); at < end; ) {
        const data = Buffer.alloc(Math.min(PIECE_BYTES, end - at));
        const { bytesRead } = await file.read(data, 0, data.length, at);
        if (bytesRead === 0) return;
        yield { offset: BigInt(at), data: data.subarray(0, bytesRead) };
        at += bytesRead;
      }
    }),
    bidirectional(Content.method.write, async function* (requests, { headers }) {
      let upload: Upload | undefined;
      try {
        for await (const { action, expected, data } of requests) {
          if (upload === undefined) {
            const { directory, path } = find(headers, expected);
            if ((await stat(path).catch(unlessMissing)) !== undefined) {
              throw new GrpcError(grpcCode.alreadyExists, `content ${expected}: already exists`);
            }
            upload = await Upload.begin(directory, path, expected);
          }
          if (data.length > 0) await upload.append(data);
          if (action === WriteAction.COMMIT) await upload.commit();
          yield { action, offset: BigInt(upload.size), digest: upload.digest };
        }
      } finally {
        await upload?.end();
      }
    }),
  ];
}

/** A blob that arrives. It is in its place only when it is complete. */
class Upload {
  readonly digest: string;
  readonly #file: Awaited<ReturnType<typeof open>>;
  readonly #temporary: string;
  readonly #path: string;
  readonly #hash = createHash('sha256');
  size = 0;

  private constructor(
    file: Awaited<ReturnType<typeof open>>,
    temporary: string,
    path: string,
    digest: string,
  ) {
    this.#file = file;
    this.#temporary = temporary;
    this.#path = path;
    this.digest = digest;
  }

  static async begin(directory: string, path: string, digest: string): Promise<Upload> {
    await mkdir(join(directory, 'blobs', 'sha256'), { recursive: true });
    const temporary = `${path}.${randomBytes(6).toString('hex')}`;
    return new Upload(await open(temporary, 'wx'), temporary, path, digest);
  }

  async append(data: Uint8Array): Promise<void> {
    this.#hash.update(data);
    this.size += data.length;
    await this.#file.writeFile(data);
  }

  async commit(): Promise<void> {
    const digest = `sha256:${this.#hash.digest('hex')}`;
    if (digest !== this.digest) {
      const message = `unexpected commit digest ${digest}, expected ${this.digest}`;
      throw new GrpcError(grpcCode.unknown, message);
    }
    await this.#file.close();
    await rename(this.#temporary, this.#path);
  }

  /** Removes what is incomplete. */
  async end(): Promise<void> {
    // Closing a closed file has no effect.
    await this.#file.close();
    await rm(this.#temporary, { force: true });
  }
}
