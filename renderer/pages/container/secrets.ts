/** Names of variables whose values are not for those who look over a shoulder. */
const NAMES = /pass|secret|token|api_?key|private|credential|auth|(^|_)key($|_)/i;

/** A password in an address: `postgres://user:password@host`. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

/** A value that is better not shown until somebody asks for it. */
export const isSecret = ({ name, value }: { name: string; value: string }): boolean =>
  value !== '' && (NAMES.test(name) || ADDRESS.test(value));
