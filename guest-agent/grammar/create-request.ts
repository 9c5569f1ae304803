import { normalizeCapabilities } from './capabilities.ts';
import { defined } from './defined.ts';
import type {
  ContainerCreateRequest,
  EndpointRequest,
  HealthConfig,
  HostConfig,
  Mount,
  RestartPolicy,
} from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';
import { endpointOf, isUserDefined, type NetworkJoin } from './network.ts';
import { NETWORK_RATE_LABEL } from './network-rate.ts';
import { type PortMapping, portBindings, portName } from './port.ts';
import { formatVolume, isHostPath, type Volume } from './volume.ts';

export type Stream = 'stdin' | 'stdout' | 'stderr';

/** Settings that go to the engine unchanged; undefined ones aren't set. */
type Plain<Settings> = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

type PlainConfig = Plain<
  Pick<
    ContainerCreateRequest,
    'Domainname' | 'Hostname' | 'StopSignal' | 'StopTimeout' | 'User' | 'WorkingDir'
  >
>;

/** Without the settings that other fields of the ask describe. */
type PlainHostConfig = Plain<
  Omit<
    HostConfig,
    'AutoRemove' | 'Binds' | 'Links' | 'Mounts' | 'NetworkMode' | 'PortBindings' | 'RestartPolicy'
  >
>;

/** A container as a user describes it: with flags, in a form, or as a service of a Compose file. */
export interface ContainerAsk {
  readonly image: string;
  readonly command?: readonly string[] | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  /** `NAME=value` each; a name without a value removes the image's variable. */
  readonly env?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Becomes a label, see `network-rate.ts`. */
  readonly networkRate?: string | undefined;
  readonly tty?: boolean | undefined;
  /** Standard input stays open. */
  readonly interactive?: boolean | undefined;
  /** The streams that the caller attaches. */
  readonly attach?: readonly Stream[];
  readonly ports?: readonly PortMapping[];
  /** Ports that aren't published: `80/tcp`. */
  readonly exposed?: readonly string[];
  readonly volumes?: readonly Volume[];
  readonly mounts?: readonly Mount[];
  /** The first one is the container's network mode: `host`, `none` or `container:ID` too. */
  readonly networks?: readonly NetworkJoin[];
  /** Containers to know by name on the default network. */
  readonly links?: readonly string[] | undefined;
  readonly restart?: RestartPolicy | undefined;
  /** Removed when it exits. */
  readonly autoRemove?: boolean | undefined;
  readonly healthcheck?: HealthConfig | undefined;
  readonly config?: PlainConfig;
  readonly host?: PlainHostConfig;
}

/** Throws GrammarError for contradictory settings. */
export function checkAsk({ restart, autoRemove }: ContainerAsk): void {
  if (!autoRemove || !restarts(restart)) return;
  throw new GrammarError('conflicting options: cannot specify both --restart and --rm', {
    field: 'restart',
  });
}

/** The body of POST /containers/create. */
export function createRequest(ask: ContainerAsk): ContainerCreateRequest {
  const { ports = [], volumes = [], attach = [] } = ask;
  const anonymous = volumes.filter(({ source }) => source === undefined);
  const named = volumes.filter(({ source }) => source !== undefined);
  const exposed = [...(ask.exposed ?? []), ...ports.map(portName)];
  const { NetworkMode, Links, NetworkingConfig } = networking(ask);
  return {
    Image: ask.image,
    AttachStdin: attach.includes('stdin'),
    AttachStdout: attach.includes('stdout'),
    AttachStderr: attach.includes('stderr'),
    OpenStdin: ask.interactive ?? false,
    StdinOnce: attach.includes('stdin'),
    Tty: ask.tty ?? false,
    Labels: {
      ...ask.labels,
      ...(ask.networkRate !== undefined && { [NETWORK_RATE_LABEL]: ask.networkRate }),
    },
    ...defined({
      ...ask.config,
      Cmd: some(ask.command),
      // An empty list takes the image's entrypoint away.
      Entrypoint: ask.entrypoint && [...ask.entrypoint],
      Env: some(ask.env),
      ExposedPorts: keys(exposed),
      Healthcheck: ask.healthcheck,
      Volumes: keys(anonymous.map(({ target }) => target)),
      NetworkingConfig,
    }),
    HostConfig: {
      AutoRemove: ask.autoRemove ?? false,
      ...defined({
        ...ask.host,
        CapAdd: ask.host?.CapAdd && normalizeCapabilities(ask.host.CapAdd),
        CapDrop: ask.host?.CapDrop && normalizeCapabilities(ask.host.CapDrop),
        Binds: some(named.map(formatVolume)),
        Links,
        Mounts: some(ask.mounts),
        NetworkMode,
        PortBindings: ports.length > 0 ? portBindings(ports) : undefined,
        RestartPolicy: restarts(ask.restart) ? ask.restart : undefined,
      }),
    },
  };
}

/**
 * The host folders that the container mounts. `index` is the position among its volumes or its
 * mounts.
 */
export function hostFolders(ask: ContainerAsk): { path: string; index: number }[] {
  const { volumes = [], mounts = [] } = ask;
  return [
    ...volumes.flatMap(({ source: path = '' }, index) =>
      isHostPath(path) ? [{ path, index }] : [],
    ),
    ...mounts.flatMap(({ Type, Source: path = '' }, index) =>
      Type === 'bind' ? [{ path, index }] : [],
    ),
  ];
}

const restarts = (policy: RestartPolicy | undefined) =>
  Boolean(policy?.Name) && policy?.Name !== 'no';

/**
 * The engine resolves links on the default network. On other networks, the endpoint has the links.
 */
function networking({ networks = [], links }: ContainerAsk) {
  const [{ name } = { name: 'default' }] = networks;
  const ownLinks = links && { links: [...links] };
  const joins = networks.map((join, index) =>
    index === 0 && isUserDefined(name) ? { ...join, ...ownLinks } : join,
  );
  const endpoints = Object.fromEntries(
    joins.map((join): [string, EndpointRequest] => [join.name, endpointOf(join)]),
  );
  const isAsked = Object.values(endpoints).some((endpoint) => Object.keys(endpoint).length > 0);
  return {
    NetworkMode: networks[0]?.name,
    Links: isUserDefined(name) ? undefined : ownLinks?.links,
    NetworkingConfig: isAsked || networks.length > 1 ? { EndpointsConfig: endpoints } : undefined,
  };
}

const some = <T>(values: readonly T[] | undefined) =>
  values && values.length > 0 ? [...values] : undefined;

const keys = (names: readonly string[]) =>
  names.length > 0 ? Object.fromEntries(names.map((name) => [name, {}])) : undefined;
