/** The path in an object of a field in the API's notation: `spec.containers[0].image`. */
export function fieldPath(field: string): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (const [, name, index, key] of field.matchAll(/([^.[\]]+)|\[(\d+)\]|\[([^\]]*)\]/g)) {
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(Number(index));
    else if (key !== undefined) path.push(key);
  }
  return path;
}
