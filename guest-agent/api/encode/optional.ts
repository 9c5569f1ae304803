/** Encodes an empty list or map as null, as Go does for fields without `omitempty`. */
export function orNull<T extends object>(value: T): T | null {
  return Object.keys(value).length > 0 ? value : null;
}

/** Omits an empty list or map, as Go does for fields with `omitempty`. */
export function orUndefined<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
