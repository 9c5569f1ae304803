/**
 * Marks requests that only watch, so that Berth doesn't keep an idle VM running for them. Berth's
 * app and port forwarding follow the engine's events with this header.
 */
export const looksOnHeader = 'berth-looks-on';
