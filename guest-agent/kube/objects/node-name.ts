/** The only node. There is no scheduler: every pod is bound to it from the start. */
export const NODE_NAME = 'berth';
