import type { FileRequest } from '../../../../../../guest-agent/contract/fuse/messages.ts';
import type { ServedShare } from '../served-share.ts';

/**
 * Carries out a request, and returns the whole answer. Throws Refused or the system's error. Undefined if the
 * guest expects no answer.
 */
export type Answer = (share: ServedShare, request: FileRequest) => Buffer | undefined;
