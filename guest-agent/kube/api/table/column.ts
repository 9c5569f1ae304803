import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import type { Resource } from '../../objects/resource.ts';

/** A cell of a table, as text or number. */
export type Cell = string | number;

/** A column that `kubectl get` shows; those with a priority only with `-o wide`. */
export interface Column<T extends KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'number' | 'boolean';
  readonly format?: string;
  readonly isWide?: boolean;
  readonly cell: (object: Stored<T>) => Cell;
}

/** The columns of a kind, between NAME and what is wide. */
export interface Columns {
  readonly resource: Resource;
  readonly columns: readonly Column<KubeObject>[];
}

export function columnsFor<T extends KubeObject>(
  resource: Resource<T>,
  columns: readonly Column<T>[],
): Columns {
  return { resource, columns: columns as readonly Column<never>[] as Columns['columns'] };
}

export function text<T extends KubeObject>(
  name: string,
  cell: (object: Stored<T>) => string,
): Column<T> {
  return { name, type: 'string', cell };
}

export function wide<T extends KubeObject>(
  name: string,
  cell: (object: Stored<T>) => string,
): Column<T> {
  return { name, type: 'string', isWide: true, cell };
}

export function count<T extends KubeObject>(
  name: string,
  cell: (object: Stored<T>) => number | undefined,
): Column<T> {
  return { name, type: 'integer', format: 'int32', cell: (object) => cell(object) ?? 0 };
}
