/** A JSON document, or a text that is sent as the bytes of a terminal. */
export interface Answer {
  readonly status: number;
  readonly document: object | string | undefined;
}

export const reply = (status: number, document?: object | string): Answer => ({ status, document });

export const fail = (status: number, message: string): Answer => ({
  status,
  document: { message },
});
