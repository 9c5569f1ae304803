/** A processor architecture, with its names in Debian, npm, Node and the C tool chain. */
export interface Arch {
  readonly debian: 'amd64' | 'arm64';
  /** In npm's `--cpu` and in package names. */
  readonly npm: 'x64' | 'arm64';
  /** Directory of shared libraries. */
  readonly multiarch: 'x86_64-linux-gnu' | 'aarch64-linux-gnu';
  /** OCI's `architecture`, GOARCH. */
  readonly oci: 'amd64' | 'arm64';
  /** UEFI's name, in file names. */
  readonly efi: 'x64' | 'aa64';
  /** QEMU's name of the other architecture, which the guest can emulate for containers. */
  readonly emulated: 'aarch64' | 'x86_64';
}

export const arches: Record<'amd64' | 'arm64', Arch> = {
  amd64: {
    debian: 'amd64',
    npm: 'x64',
    multiarch: 'x86_64-linux-gnu',
    oci: 'amd64',
    efi: 'x64',
    emulated: 'aarch64',
  },
  arm64: {
    debian: 'arm64',
    npm: 'arm64',
    multiarch: 'aarch64-linux-gnu',
    oci: 'arm64',
    efi: 'aa64',
    emulated: 'x86_64',
  },
};

/** The architecture with this name, or the host's own. */
export function findArch(name: string | undefined): Arch {
  const arch = Object.values(arches).find((a) =>
    name ? a.debian === name : a.npm === process.arch,
  );
  if (!arch) {
    throw new Error(`there is no guest image for ${name ?? process.arch}: choose amd64 or arm64`);
  }
  return arch;
}
