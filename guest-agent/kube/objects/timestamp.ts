/** A time in the form of `metav1.Time`, in whole seconds. */
export function timestamp(milliseconds: number = Date.now()): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
