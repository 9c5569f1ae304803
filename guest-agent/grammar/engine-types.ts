/* The parts of the Engine API that the grammar reads and writes. */
import type { HostConfig, Mount } from '@docker/node-sdk';

export type {
  ContainerCreateRequest,
  DeviceMapping,
  EndpointSettings,
  HealthConfig,
  HostConfig,
  Mount,
  Resources,
  ResourcesBlkioWeightDeviceInner as DeviceWeight,
  ResourcesUlimitsInner as Ulimit,
  RestartPolicy,
  ThrottleDevice,
} from '@docker/node-sdk';

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
