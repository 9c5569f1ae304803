import { EngineError } from '../errors.ts';
import type { Credentials } from './auth/credentials.ts';
import { downloadBlob } from './blob.ts';
import { RegistryClient } from './client.ts';
import type { HttpResponse } from './http/http.ts';
import type { Descriptor } from './manifest.ts';
import type { ImageRepository, RawManifest } from './origin.ts';
import type { Reference } from './reference.ts';

export interface MirrorOptions {
  /** Registries (`host[:port]`) whose identity isn't verified. */
  readonly insecure: readonly string[];
  /**
   * Addresses of mirrors to ask before Docker Hub. A mirror with an http:// address is insecure.
   */
  readonly mirrors: readonly string[];
}

/**
 * A repository of a registry. For Docker Hub, its mirrors come first. Neither gets the other's
 * credentials.
 */
export function connectMirrored(
  repository: Pick<Reference, 'domain' | 'path'>,
  credentials: Credentials | undefined,
  mirrorCredentials: ((host: string) => Credentials | undefined) | undefined,
  { insecure, mirrors }: MirrorOptions,
): ImageRepository {
  const origin = new RegistryClient(repository, credentials, insecure);
  if (repository.domain !== 'docker.io' || mirrors.length === 0) return origin;
  const before = mirrors.map((address) => {
    const { protocol, host } = new URL(address);
    return new RegistryClient(
      { domain: host, path: repository.path },
      mirrorCredentials?.(host),
      protocol === 'http:' ? [...insecure, host] : insecure,
    );
  });
  return new MirroredRepository([...before, origin]);
}

/** Asks one repository after the other, until one has the answer. */
export class MirroredRepository implements ImageRepository {
  #repositories: readonly RegistryClient[];

  /** The last repository is the origin, whose error is reported. */
  constructor(repositories: readonly RegistryClient[]) {
    this.#repositories = repositories;
  }

  manifest(tagOrDigest: string, signal: AbortSignal): Promise<RawManifest> {
    return this.#ask((repository) => repository.manifest(tagOrDigest, signal), signal);
  }

  tags(signal: AbortSignal): Promise<string[]> {
    return this.#ask((repository) => repository.tags(signal), signal);
  }

  blob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const open = (offset: number): Promise<HttpResponse> =>
      this.#ask((repository) => repository.openBlob(descriptor, offset, signal), signal);
    return downloadBlob(descriptor, open, signal);
  }

  async #ask<Answer>(
    question: (repository: RegistryClient) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const repositories = this.#repositories;
    for (const [index, repository] of repositories.entries()) {
      try {
        return await question(repository);
      } catch (error) {
        signal.throwIfAborted();
        if (index === repositories.length - 1 || !(error instanceof EngineError)) throw error;
        // A repository that can't be reached would cost the same wait each time.
        if (error.code !== 'not-found') {
          this.#repositories = this.#repositories.filter((other) => other !== repository);
        }
      }
    }
    throw new EngineError('internal', 'no repository to ask');
  }
}
