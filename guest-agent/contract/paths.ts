/** Names that the host and the guest must agree on. All are paths inside the guest. */
export const guestPaths = {
  /** Unix socket on which the agent answers the Docker Engine API (root only). */
  engineSocket: '/run/berth/engine.sock',
  /** A link to it: where containers that speak to the engine expect the socket that they mount. */
  dockerSocket: '/run/docker.sock',
  /** Unix socket of the relay for UDP (contract/datagrams.ts; root only). */
  udpRelay: '/run/berth/udp.sock',
  /** Unix socket on which the host tells of published ports (contract/host-ports.ts; root only). */
  hostPorts: '/run/berth/ports.sock',
  /** Unix socket on which the host keeps the guest's clock right (contract/clock.ts; root only). */
  clock: '/run/berth/clock.sock',
  /**
   * Unix socket on which the host answers questions about names, as DNS messages, each
   * framed as in contract/datagrams.ts (root only).
   */
  names: '/run/berth/names.sock',
  /** The host's shared folders, each mounted under its tag (contract/shares.ts; root only). */
  shares: '/run/berth/shares',
  /** The data disk: images, layers, containers, volumes. Survives upgrades of the guest. */
  data: '/var/lib/berth',
  /** OCI layout with the images that the app carries; read-only. */
  starterLayout: '/usr/share/berth/starter',
  /** The config document as the init script left it, owner-only. */
  config: '/run/berth/config.json',
  /** Default seccomp profile, in the form of containers-common (from Debian). */
  seccompProfile: '/usr/share/containers/seccomp.json',
  /** What the agent writes to its standard output and error; lost with the guest. */
  agentLog: '/var/log/berth/agent.log',
  /** Lets the host's own forwarding reach containers, see `Machine.forward`. */
  directPorts: '/usr/lib/berth/direct-ports',
  /** Has the guest use other resources that the running machine was given. */
  resize: '/usr/lib/berth/resize',
  /** Ends the guest: stops the containers, flushes the disks, powers off. */
  powerOff: '/usr/lib/berth/power-off',
} as const;

/** Where the guest's name server listens, for the guest itself and for containers of every network. */
export const guestNameServer = '169.254.53.53';
/** Where the host connects with the SFTP server of a share (contract/shares.ts; root only). */
export const shareSocket = (tag: string) => `/run/berth/${tag}.sock`;

/** Disks, in the order in which every driver attaches them; the init script finds them by it. */
export const guestDisks = {
  /** Read-only EROFS root image. */
  root: '/dev/vda',
  /** Data disk, formatted ext4 by the guest on first boot. */
  data: '/dev/vdb',
  /** Raw disk that holds the config document, NUL-padded to whole sectors. */
  config: '/dev/vdc',
} as const;
