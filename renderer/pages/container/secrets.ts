/** Names of variables whose values others shouldn't see over your shoulder. */
const NAMES = /pass|secret|token|api_?key|private|credential|auth|(^|_)key($|_)/i;

/** A password in an address: `postgres://user:password@host`. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

/** Whether a value should stay hidden until somebody asks for it. */
export const isSecret = ({ name, value }: { name: string; value: string }): boolean =>
  value !== '' && (NAMES.test(name) || ADDRESS.test(value));
