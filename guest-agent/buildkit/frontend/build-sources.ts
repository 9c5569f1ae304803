import { goBoolean } from '../../grammar/go-boolean.ts';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import type { Job } from '../jobs/job.ts';
import type { Steps } from '../jobs/vertex.ts';
import { forwardAgent } from '../session/agent.ts';
import { sessionSecret } from '../session/secrets.ts';
import type { BuildResources } from './build-resources.ts';
import type { BuilderParts } from './builder-parts.ts';
import { openRemoteContext, type RemoteParts } from './remote-context.ts';
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
  readonly resources: BuildResources;
  /** Where the steps are shown, if not in the build as they are. */
  readonly shown?: Steps;
}

/** Finds the directories of the client, or brings the remote context here. */
export async function openSources(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  own: Pick<BuildSources, 'inputs' | 'scratch' | 'resources'>,
  signal: AbortSignal,
): Promise<BuildSources> {
  const directory = (name: string) => findDirectory(parts, job, request, name, signal);
  const context =
    request.context === ''
      ? await directory(request.contextDirectory)
      : await openRemoteContext(
          remoteParts(parts, job, request, own.scratch, signal),
          request.context,
          signal,
        );
  const isRemote = request.context !== '' && !request.hasDockerfile;
  const dockerfile = isRemote ? context : await directory(request.dockerfileDirectory);
  return { dockerfile, context, directory, ...own };
}

/** What remote contexts use. */
export function remoteParts(
  { engine, sessions }: BuilderParts,
  job: Job,
  { buildArgs }: FrontendRequest,
  scratch: string,
  signal: AbortSignal,
): RemoteParts {
  const session = () => sessions.find(job.request.Session, signal);
  const keep = buildArgs.BUILDKIT_CONTEXT_KEEP_GIT_DIR ?? '';
  return {
    ...{ job, session, scratch },
    git: {
      secret: async (id) => sessionSecret(await session(), id, signal),
      agent: async (id, access) =>
        forwardAgent(await session(), id, engine.directories.buildAgents, access, signal),
    },
    keepGitDir: goBoolean(keep) ?? false,
  };
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
