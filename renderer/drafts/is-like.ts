/** Whether a value from the browser's storage has the shape of a model, down to its fields. */
export function isLike<T>(value: unknown, model: T): value is T {
  if (typeof model !== 'object' || model === null) return isSameKind(value, model);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(model).every(([name, field]) =>
    isSameKind((value as Record<string, unknown>)[name], field),
  );
}

/** A field that is null in the model may hold a text. */
function isSameKind(value: unknown, model: unknown): boolean {
  if (model === null) return value === null || typeof value === 'string';
  return typeof value === typeof model && Array.isArray(value) === Array.isArray(model);
}
