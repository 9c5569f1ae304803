/** Why a container of a pod waits, in the kubelet's words. */
export type WaitingReason =
  | 'CreateContainerConfigError'
  | 'CreateContainerError'
  | 'RunContainerError'
  | 'ErrImagePull'
  | 'ImagePullBackOff'
  | 'ErrImageNeverPull'
  | 'InvalidImageName'
  | 'CrashLoopBackOff'
  | 'ContainerCreating'
  | 'PodInitializing';

/** What keeps a container from running. The pod's status shows the reason and the message. */
export class PodError extends Error {
  readonly reason: WaitingReason;

  constructor(reason: WaitingReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PodError';
    this.reason = reason;
  }
}

/** The message of an error, for a pod's status or an event. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
