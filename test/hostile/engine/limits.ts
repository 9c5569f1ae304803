/** What the engine may take. */
export const LIMITS = {
  /** For 99 of 100 signs of life, in milliseconds. */
  p99Ms: 250,
  /** For each. */
  turnMs: 1000,
  /** The most memory of its process, in MiB. */
  memory: 640,
} as const;
