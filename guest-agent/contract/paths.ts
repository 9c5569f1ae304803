/** Names on which the host and the guest must agree. All are paths inside the guest. */
export const guestPaths = {
  /** Unix socket on which the agent answers the Docker Engine API (root only). */
  engineSocket: '/run/berth/engine.sock',
  /** Unix socket on which the agent answers the Kubernetes API (root only). */
  kubeSocket: '/run/berth/kube.sock',
  /** Names the process that keeps the engine's socket open while the agent restarts (root only). */
  engineSocketKeeper: '/run/berth/engine-socket.json',
  /** A link to the engine's socket. Containers that use the engine expect to mount the socket from here. */
  dockerSocket: '/run/docker.sock',
  /** Unix socket of the relay for UDP (contract/datagrams.ts; root only). */
  udpRelay: '/run/berth/udp.sock',
  /** Unix socket on which the host reports published ports (contract/host-ports.ts; root only). */
  hostPorts: '/run/berth/ports.sock',
  /** Unix socket on which the host adjusts the guest's clock (contract/clock.ts; root only). */
  clock: '/run/berth/clock.sock',
  /**
   * Unix socket on which the host resolves names. Messages are DNS messages, framed as in
   * contract/datagrams.ts (root only).
   */
  names: '/run/berth/names.sock',
  /** The host's shared folders, each mounted under its tag (contract/shares.ts; root only). */
  shares: '/run/berth/shares',
  /** The data disk: images, layers, containers, volumes. Survives upgrades of the guest. */
  data: '/var/lib/berth',
  /** OCI layout with the images that the app ships with; read-only. */
  starterLayout: '/usr/share/berth/starter',
  /** The config document, as written by the init script; owner-only. */
  config: '/run/berth/config.json',
  /** Default seccomp profile, in the form of containers-common (from Debian). */
  seccompProfile: '/usr/share/containers/seccomp.json',
  /** The agent's standard output and standard error. Lost when the guest stops. */
  agentLog: '/var/log/berth/agent.log',
  /** The client of shared folders that come from Berth's own file server. */
  shareClient: '/usr/lib/berth/share-client.mjs',
  /** Names the process of that client, which outlives the agent (root only). */
  shareClientRecord: '/run/berth/share-client.json',
  /** Lets the host forward ports directly to containers, see `Machine.forward`. */
  directPorts: '/usr/lib/berth/direct-ports',
  /** Makes the guest use resources that were added to the running VM. */
  resize: '/usr/lib/berth/resize',
  /** Stops the containers, flushes the disks and powers off the guest. */
  powerOff: '/usr/lib/berth/power-off',
} as const;

/** The address of the guest's name server, for the guest and for containers on every network. */
export const guestNameServer = '169.254.53.53';
/** Where the host connects the server of a share that comes over the connection (contract/shares.ts; root only). */
export const shareSocket = (tag: string) => `/run/berth/${tag}.sock`;

/**
 * Disks, in the order in which every driver attaches them: the first has number 0. The number is the
 * LUN on SCSI, and the place among the disks on virtio. The initrd makes a link for each number,
 * because the kernel's own names don't follow the LUNs.
 */
export const guestDisks = {
  /** Read-only EROFS root image. */
  root: '/dev/berth/root',
  /** Data disk, formatted ext4 by the guest on first boot. */
  data: '/dev/berth/data',
  /** Raw disk that holds the config document, NUL-padded to whole sectors. */
  config: '/dev/berth/config',
} as const;

export const guestDiskOrder = [
  'root',
  'data',
  'config',
] as const satisfies readonly (keyof typeof guestDisks)[];
