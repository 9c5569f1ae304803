import { join } from 'node:path';
import type { BuildClient } from '../../build/session.ts';
import type { Job } from '../jobs/job.ts';
import { forwardAgent } from '../session/agent.ts';
import { sessionSecret } from '../session/secrets.ts';
import type { BuilderParts } from './builder-parts.ts';
import { checkEntitlement } from './entitlements.ts';
import { type NamedContextParts, namedContext } from './named-contexts.ts';

/** What instructions can use of the client that asked for the build. */
export function frontendClient(
  { engine, caches, runSlots, sessions }: BuilderParts,
  job: Job,
  named: NamedContextParts,
  signal: AbortSignal,
): BuildClient {
  const own = () => sessions.find(job.request.Session, signal);
  return {
    ...{ caches, runSlots },
    named: (name) => namedContext(named, name),
    checkTrigger: (instruction) => checkEntitlement(instruction, job),
    secret: async (id) => sessionSecret(await own(), id, signal),
    agent: async (id, access) =>
      forwardAgent(await own(), id, join(engine.directories.run, 'ssh'), access, signal),
  };
}
