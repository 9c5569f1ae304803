/* The parts of the Engine API that the grammar reads and writes. */
import type { HostConfig, Mount } from '../contract/engine-types.ts';

export type {
  BlkioWeightDevice as DeviceWeight,
  ContainerCreateRequest,
  DeviceMapping,
  EndpointSettings,
  HealthConfig,
  HostConfig,
  Mount,
  Resources,
  RestartPolicy,
  ThrottleDevice,
  Ulimit,
} from '../contract/engine-types.ts';

export type Propagation = NonNullable<NonNullable<Mount['BindOptions']>['Propagation']>;
export type PortBindings = NonNullable<HostConfig['PortBindings']>;

/** How a container joins a network (`EndpointSettings`). */
export interface EndpointRequest {
  readonly Aliases?: string[];
  readonly Links?: string[];
  readonly MacAddress?: string;
  readonly DriverOpts?: Record<string, string>;
  readonly GwPriority?: number;
  readonly IPAMConfig?: { readonly IPv4Address?: string; readonly IPv6Address?: string };
}
