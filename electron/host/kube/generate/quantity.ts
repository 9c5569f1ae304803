const UNITS = [
  ['Gi', 1024 ** 3],
  ['Mi', 1024 ** 2],
  ['Ki', 1024],
] as const;

/** Bytes as a quantity of Kubernetes: `512Mi`. */
export function byteQuantity(bytes: number): string {
  for (const [unit, factor] of UNITS) {
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}

/** Billionths of a processor as a quantity of Kubernetes: `1500m`. */
export function cpuQuantity(nanoCpus: number): string {
  const milli = Math.max(1, Math.round(nanoCpus / 1e6));
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
