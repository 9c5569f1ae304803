/*
 * Labels of containers that Berth reads, in addition to those of Docker and Compose. The label for
 * a network rate is in grammar/network-rate.ts, next to the grammar of its value.
 */

/** The port where a container serves HTTP, if Berth would choose another one. */
export const HTTP_PORT_LABEL = 'berth.http-port';
