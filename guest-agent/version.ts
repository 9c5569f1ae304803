/** The agent's version, as /version and /info tell it. */
export const version = '0.1.0';
