/** Where the contract is carried: names that a screen and its host must agree on. */

/** Path of the WebSocket in the browser mode, from where the page is. */
export const socketPath = 'api';

/** Electron's own scheme and host for the page, so that it has an origin of its own. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://berth`;

/** The message with which the page hands over its end of a channel, and the preload passes it on. */
export const portMessage = 'berth:port';
