import type { KubeObject, Stored } from '../objects/kube-object.ts';
import { recordEvent } from '../objects/record-event.ts';
import type { ControllerContext } from './context.ts';

/** Records an event about an object. A failure is only logged: what happened has happened. */
export async function record(
  { objects, log }: Pick<ControllerContext, 'objects' | 'log'>,
  about: Stored<KubeObject>,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): Promise<void> {
  await recordEvent(objects, about, { type, reason, message }).catch((error) =>
    log(`event ${reason} of ${about.kind} ${about.metadata.name}`, error),
  );
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
