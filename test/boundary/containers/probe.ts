/** What a program in a container tries. */
export interface Probe {
  readonly name: string;
  /** A shell script. Its output is judged, with errors. */
  readonly script: string;
  readonly right: RegExp;
  /** What Docker's engine does, if it isn't the same, and why. */
  readonly docker?: { readonly right: RegExp; readonly why: string };
  /** The container that tries it. The default is one without options. */
  readonly from?: ContainerKind;
}

/** Containers by their options. */
export const containerKinds = {
  default: {},
  'with NET_ADMIN': { HostConfig: { CapAdd: ['NET_ADMIN'] } },
  'with SYS_ADMIN': { HostConfig: { CapAdd: ['SYS_ADMIN'] } },
  'on another network': { HostConfig: { NetworkMode: 'near' } },
  'on an internal network': { HostConfig: { NetworkMode: 'inside' } },
  'on the host’s network': { HostConfig: { NetworkMode: 'host' } },
  'with a user': { User: '65534:65534' },
  'without new privileges': { HostConfig: { SecurityOpt: ['no-new-privileges'] } },
  'without capabilities': { HostConfig: { CapDrop: ['ALL'] } },
  'with a read-only root': { HostConfig: { ReadonlyRootfs: true } },
  'with a volume': { HostConfig: { Binds: ['boundary:/v'] } },
} satisfies Record<string, object>;
export type ContainerKind = keyof typeof containerKinds;

/** The output must not contain this word, which only a success prints. */
export const never = (word: string) => new RegExp(`^(?![\\s\\S]*${word})`);
