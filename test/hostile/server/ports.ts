/** On the loopback interface of the engine's network. */
export const ARCHIVE_PORT = 7101;
