/** The service in `service:NAME`. Undefined for any other text. */
export const referredService = (text: string | undefined): string | undefined =>
  /^service:(.+)$/.exec(text ?? '')?.[1];
