import type { HeldTree } from '../files/contexts.ts';
import type { Job } from '../jobs/job.ts';
import type { Vertex } from '../jobs/vertex.ts';
import { readIgnored } from './definition.ts';
import { excludedPatterns } from './excluded-patterns.ts';
import type { TreeSource } from './tree-source.ts';

/** Brings the context here if the build uses it. */
export async function loadContext(
  job: Job,
  context: TreeSource,
  paths: readonly string[] | undefined,
  ignored: string,
): Promise<HeldTree> {
  if (paths === undefined) return { path: '/nonexistent', [Symbol.asyncDispose]: async () => {} };
  const excluded = excludedPatterns(ignored);
  return job.step(
    '[internal] load build context',
    (vertex) => context.open({ paths, excluded }, vertex, 'transferring context:'),
    '',
  );
}

/** Brings a directory of `--build-context` here, without the files of its own `.dockerignore`. */
export async function loadNamedContext(
  job: Job,
  name: string,
  directory: (name: string) => Promise<TreeSource>,
): Promise<HeldTree> {
  const work = async (vertex: Vertex) => {
    const source = await directory(name);
    const ignored = await readIgnored(source, vertex);
    const filter = { paths: [], excluded: excludedPatterns(ignored) };
    return source.open(filter, vertex, `transferring ${name}:`);
  };
  return job.step(`[context ${name}] load from client`, work, name);
}
