/** Names for the transport, which the user interface and the host share. */

/** Path of the WebSocket in the browser mode, relative to the page. */
export const socketPath = 'api';
/** In the query of that path: the VM that the window shows. */
export const machineParameter = 'machine';

/** Electron's own scheme and host for the page, so that it has an origin of its own. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://berth`;

/**
 * The message with which the page passes its end of a channel to the preload, which forwards it. The
 * name of the VM that the window shows may follow after a space.
 */
export const portMessage = 'berth:port';
