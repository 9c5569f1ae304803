/** A processor family by the names that Debian, npm, Node and the C tool chain give it. */
export interface Arch {
  readonly debian: 'amd64' | 'arm64';
  /** In npm's `--cpu` and in package names. */
  readonly npm: 'x64' | 'arm64';
  /** Directory of shared libraries. */
  readonly multiarch: 'x86_64-linux-gnu' | 'aarch64-linux-gnu';
  /** OCI's `architecture`, GOARCH. */
  readonly oci: 'amd64' | 'arm64';
  /** The other family, as QEMU calls it: what the guest can emulate for containers. */
  readonly emulated: 'aarch64' | 'x86_64';
}

export const arches: Record<'amd64' | 'arm64', Arch> = {
  amd64: {
    debian: 'amd64',
    npm: 'x64',
    multiarch: 'x86_64-linux-gnu',
    oci: 'amd64',
    emulated: 'aarch64',
  },
  arm64: {
    debian: 'arm64',
    npm: 'arm64',
    multiarch: 'aarch64-linux-gnu',
    oci: 'arm64',
    emulated: 'x86_64',
  },
};

/** The named one, or the machine's own. */
export function findArch(name: string | undefined): Arch {
  const arch = Object.values(arches).find((a) =>
    name ? a.debian === name : a.npm === process.arch,
  );
  if (!arch) {
    throw new Error(`no guest image for ${name ?? process.arch}; there is one for amd64 and arm64`);
  }
  return arch;
}
