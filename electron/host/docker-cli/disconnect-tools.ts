import { type ContextTarget, removeDockerContext } from './docker-context.ts';
import { unlinkUserSocket } from './link-socket.ts';

/** Removes what leads the user's Docker tools to a VM: its context, and the link to its socket. Idempotent. */
export async function disconnectTools(target: ContextTarget, config: string): Promise<void> {
  await removeDockerContext(target, config);
  await unlinkUserSocket(target.engineSocket);
}
