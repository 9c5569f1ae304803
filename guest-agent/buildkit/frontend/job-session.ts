import type { Job } from '../jobs/job.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { Sessions } from '../session/sessions.ts';

/** The session of a build's client. Undefined if the client opens none. Throws GrpcError. */
export async function sessionOf(
  sessions: Sessions,
  { request }: Job,
  signal: AbortSignal,
): Promise<ClientSession | undefined> {
  return request.Session === '' ? undefined : await sessions.find(request.Session, signal);
}
