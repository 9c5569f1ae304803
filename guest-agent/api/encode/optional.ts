/** How Go leaves out an empty list or map that is sent in any case. */
export function orNull<T extends object>(value: T): T | null {
  return Object.keys(value).length > 0 ? value : null;
}

/** And one that isn't (`omitempty`). */
export function orUndefined<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
