/** What another process answers to a call. */
export interface PeerAnswer {
  readonly value?: unknown;
  /** The code and the message of the error that the call threw. */
  readonly error?: { readonly code: string; readonly message: string };
}
