/** On the loopback interface of the engine's network. */
export const ARCHIVE_PORT = 7101;
export const REGISTRY_PORT = 7102;
/** Another origin, which must not get what is meant for the registry. */
export const OTHER_PORT = 7103;
export const IMAGE_PORT = 7104;
/** A server of names, which containers on internal networks must not reach. */
export const NAME_SERVER = '127.0.0.77';
