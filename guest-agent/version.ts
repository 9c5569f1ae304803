/** The agent's version, which /version and /info report. */
export const version = '0.1.0';
