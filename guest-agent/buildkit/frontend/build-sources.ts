import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import type { Job } from '../jobs/job.ts';
import type { BuilderParts } from './builder-parts.ts';
import { openRemoteContext } from './remote-context.ts';
import type { FrontendRequest } from './request.ts';
import { clientDirectory, type TreeSource } from './tree-source.ts';

/** Where a build takes its files from. */
export interface BuildSources {
  /** The directory with the Dockerfile. */
  readonly dockerfile: TreeSource;
  readonly context: TreeSource;
  /** A directory of the client, by its name. */
  readonly directory: (name: string) => Promise<TreeSource>;
  /** Results of other builds, by the name that the client gives them here. */
  readonly inputs: Readonly<Record<string, LlbDefinition>>;
  /** A directory for temporary files. */
  readonly scratch: string;
}

/** Finds the directories of the client, or brings the remote context here. */
export async function openSources(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  { inputs, scratch }: Pick<BuildSources, 'inputs' | 'scratch'>,
  signal: AbortSignal,
): Promise<BuildSources> {
  const directory = (name: string) => findDirectory(parts, job, request, name, signal);
  const context =
    request.context === ''
      ? await directory(request.contextDirectory)
      : await openRemoteContext(
          job,
          () => parts.sessions.find(job.request.Session, signal),
          request.context,
          scratch,
          signal,
        );
  const isRemote = request.context !== '' && !request.hasDockerfile;
  const dockerfile = isRemote ? context : await directory(request.dockerfileDirectory);
  return { dockerfile, context, directory, inputs, scratch };
}

/** A directory of the client, which can be in another session than the build's own. */
async function findDirectory(
  { sessions, contexts }: BuilderParts,
  job: Job,
  request: FrontendRequest,
  name: string,
  signal: AbortSignal,
): Promise<TreeSource> {
  const named = request.sessions.get(name);
  const session =
    (named === undefined ? undefined : sessions.get(named)) ??
    (await sessions.find(job.request.Session, signal));
  return clientDirectory(contexts, session, name, signal);
}
