import { EngineError } from '../../errors.ts';

/** More than any Dockerfile that people have. A longer file could fill the VM's disk and memory. */
export const MAX_DOCKERFILE_BYTES = 8 << 20;

/** The bytes of a Dockerfile from elsewhere. Throws EngineError 'invalid' when there are too many. */
export async function* limitedDockerfile(
  bytes: AsyncIterable<Uint8Array>,
  name = 'the Dockerfile',
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_DOCKERFILE_BYTES) throw new EngineError('invalid', `${name} is too large`);
    yield chunk;
  }
}
