/** Labels of containers that Berth reads, beside Docker's and Compose's. */

/** Limits what a container sends and receives, as in `10mbit`; Docker has nothing for it. */
export const NETWORK_RATE_LABEL = 'berth.network.rate';

/** The port where a container serves HTTP, if it is not the one that would be chosen. */
export const HTTP_PORT_LABEL = 'berth.http-port';
