/** What the stand-in engine answers: a JSON document, or a text sent as the bytes of a terminal. */
export interface Answer {
  readonly status: number;
  readonly document: object | string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export const reply = (status: number, document?: object | string): Answer => ({ status, document });

export const fail = (status: number, message: string): Answer => ({
  status,
  document: { message },
});

/** Sends a change to all listeners of the engine's events. */
export type Publish = (type: string, action: string, id: string, attributes?: object) => void;
