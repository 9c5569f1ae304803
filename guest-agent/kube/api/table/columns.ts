import type { Columns } from './column.ts';

/** The columns of each kind, as in Kubernetes itself. */
export const columns: readonly Columns[] = [];
