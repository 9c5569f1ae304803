/** Where the programs are in the image. */
export const programs = {
  node: '/usr/bin/node',
  files: '/app/files.mjs',
  workloads: '/app/workloads.mjs',
} as const;
