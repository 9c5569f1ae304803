import { constants } from 'node:fs';

/** open(2) of Linux: a descriptor that only marks a place in the tree. */
export const O_PATH = 0o10000000;

/** An open that follows no link, and waits for no other program. Windows has neither flag. */
export const NO_SURPRISES = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
