import type { Columns } from './column.ts';
import { coreColumns, eventColumns } from './core-columns.ts';
import { networkColumns } from './network-columns.ts';
import { podColumns } from './pod-columns.ts';
import { policyColumns } from './policy-columns.ts';
import { workloadColumns } from './workload-columns.ts';

/** The columns of each kind after its name, as in Kubernetes itself. */
export const columns: readonly Columns[] = [
  ...[podColumns, eventColumns, ...policyColumns],
  ...[...workloadColumns, ...networkColumns, ...coreColumns],
];
