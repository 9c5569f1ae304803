/** `DiskUsage` of one kind of object, since API 1.52. */
export interface KindUsage<T> {
  readonly ActiveCount: number;
  readonly TotalCount: number;
  /** Bytes that the removal of unused objects frees. */
  readonly Reclaimable: number;
  readonly TotalSize: number;
  readonly Items?: readonly T[];
}

/** What one object uses. */
export interface ObjectUsage {
  readonly size: number;
  /** The bytes that its removal frees, if nothing uses it. */
  readonly reclaimable: number;
  readonly isActive: boolean;
}

/** Sums up the objects of a kind. `totalSize` is given if objects share space. */
export function kindUsage<T>(
  items: readonly T[],
  usageOf: (item: T) => ObjectUsage,
  { verbose, totalSize }: { readonly verbose: boolean; readonly totalSize?: number },
): KindUsage<T> {
  const usages = items.map(usageOf);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    ActiveCount: usages.filter(({ isActive }) => isActive).length,
    TotalCount: items.length,
    Reclaimable: sum(usages.map(({ reclaimable }) => reclaimable)),
    TotalSize: totalSize ?? sum(usages.map(({ size }) => size)),
    ...(verbose && items.length > 0 ? { Items: items } : {}),
  };
}
