/**
 * A request with this header only looks on: an idle machine is not kept up for it. Berth's own
 * screens and forwarding follow the engine's events so.
 */
export const looksOnHeader = 'berth-looks-on';
