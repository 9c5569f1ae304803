import type { Credentials } from '../../registry/auth/credentials.ts';
import type { Job } from '../jobs/job.ts';
import type { ClientSession } from './client-session.ts';
import { sessionCredentials } from './credentials.ts';
import type { Sessions } from './sessions.ts';

/** The session of a build's client. Undefined if the client opens none. Throws GrpcError. */
export async function sessionOf(
  sessions: Sessions,
  { request }: Pick<Job, 'request'>,
  signal: AbortSignal,
): Promise<ClientSession | undefined> {
  return request.Session === '' ? undefined : await sessions.find(request.Session, signal);
}

/**
 * The client's credentials for a registry: of its session, or else those that came with a posted
 * build.
 */
export async function jobCredentials(
  sessions: Sessions,
  job: Pick<Job, 'request' | 'posted'>,
  domain: string,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  const session = await sessionOf(sessions, job, signal);
  const own = session && (await sessionCredentials(session, domain, signal));
  return own ?? job.posted?.credentials(domain);
}
