import type { BuildClient } from '../../build/session.ts';
import type { Job } from '../jobs/job.ts';
import { forwardAgent } from '../session/agent.ts';
import { sessionOf } from '../session/job-session.ts';
import { sessionSecret } from '../session/secrets.ts';
import type { BuilderParts } from './builder-parts.ts';
import { checkEntitlement } from './entitlements.ts';
import { type NamedContextParts, namedContext } from './named-contexts.ts';

/** What instructions can use of the client that asked for the build. */
export function frontendClient(
  { engine, caches, runSlots, runNetworks, hashes, sessions }: BuilderParts,
  job: Job,
  named: NamedContextParts,
  signal: AbortSignal,
): BuildClient {
  const own = () => sessionOf(sessions, job, signal);
  return {
    ...{ caches, runSlots, hashes },
    connect: (...run) => runNetworks.connect(...run),
    named: (name) => namedContext(named, name),
    checkTrigger: (instruction) => checkEntitlement(instruction, job),
    secret: async (id) => {
      job.materials.addSecret(id);
      const session = await own();
      return session === undefined ? undefined : sessionSecret(session, id, signal);
    },
    agent: async (id, access) => {
      job.materials.addAgent(id);
      const session = await own();
      if (session === undefined) return undefined;
      return forwardAgent(session, id, engine.directories.buildAgents, access, signal);
    },
  };
}
