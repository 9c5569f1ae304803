const ALL = 'ALL';

/**
 * Capabilities as Docker's client sends them: in capitals with the prefix `CAP_`, in alphabetical order, each
 * once. (moby, client/container_create.go)
 */
export function normalizeCapabilities(names: readonly string[]): string[] {
  return [...new Set(names.map(normalized))].sort();
}

function normalized(name: string): string {
  const upper = name.toUpperCase();
  return upper === ALL || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}
