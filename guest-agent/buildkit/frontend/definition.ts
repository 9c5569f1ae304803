import { readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { MAX_DOCKERFILE_BYTES } from '../../build/dockerfile/size-limit.ts';
import { EngineError, ifMissing } from '../../errors.ts';
import { resolveInRoot } from '../../runtime/files/rootfs-path.ts';
import type { Job } from '../jobs/job.ts';
import type { Vertex } from '../jobs/vertex.ts';
import type { DockerfileSource } from './dockerfile-error.ts';
import type { TreeSource } from './tree-source.ts';

/** A Dockerfile and the patterns of files that the build leaves out. */
export interface Definition extends DockerfileSource {
  /** From `Dockerfile.dockerignore`, which replaces `.dockerignore`. */
  readonly ignore: string | undefined;
  /** The step that read the Dockerfile, to which warnings belong. */
  readonly vertex: string;
}

/** Reads the Dockerfile from the client's directory or from the remote context. */
export async function readDefinition(
  job: Job,
  source: TreeSource,
  filename: string,
): Promise<Definition> {
  // As in BuildKit, the step succeeds without a Dockerfile.
  const { text, ...definition } = await job.step(
    `[internal] load build definition from ${posix.basename(filename)}`,
    async (vertex) => {
      const paths = [filename, `${filename}.dockerignore`];
      // Docker finds the file in lower case too.
      const lower = posix.join(posix.dirname(filename), posix.basename(filename).toLowerCase());
      if (!paths.includes(lower)) paths.push(lower);
      await using tree = await source.open(
        { paths, excluded: [] },
        vertex,
        'transferring dockerfile:',
      );
      const [text, ignore] = await Promise.all([
        readText(tree.path, filename).then((text) => text ?? readText(tree.path, lower)),
        readText(tree.path, `${filename}.dockerignore`),
      ]);
      return { filename, text, ignore, vertex: vertex.digest };
    },
  );
  if (text === undefined) {
    throw new EngineError(
      'invalid',
      `failed to read dockerfile: open ${filename}: no such file or directory`,
    );
  }
  if (text === '') throw new EngineError('invalid', 'the Dockerfile cannot be empty');
  return { ...definition, text };
}

/** The lines of `.dockerignore`, or of the file that replaces it. */
export async function readIgnoreFile(
  job: Job,
  source: TreeSource,
  { ignore }: Definition,
): Promise<string> {
  return job.step('[internal] load .dockerignore', async (vertex) => {
    if (ignore !== undefined) return ignore;
    return readIgnored(source, vertex);
  });
}

/** The lines of a directory's own `.dockerignore`. */
export async function readIgnored(source: TreeSource, vertex: Vertex): Promise<string> {
  const filter = { paths: ['.dockerignore'], excluded: [] };
  await using tree = await source.open(filter, vertex, 'transferring context:');
  return (await readText(tree.path, '.dockerignore')) ?? '';
}

/** Undefined if the file is missing or a directory. */
async function readText(root: string, path: string): Promise<string | undefined> {
  const place = await resolveInRoot(root, path).catch(ifMissing(join(root, path)));
  const found = await stat(place).catch(ifMissing(undefined));
  if (found === undefined || found.isDirectory()) return undefined;
  // Reading a named pipe or a device could wait for ever.
  if (!found.isFile()) throw new EngineError('invalid', `${path} is not a regular file`);
  if (found.size > MAX_DOCKERFILE_BYTES) throw new EngineError('invalid', `${path} is too large`);
  return readFile(place, 'utf8');
}
