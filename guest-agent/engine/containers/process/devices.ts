import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EngineError } from '../../../errors.ts';
import { deviceAt, machineDevices } from '../../../runtime/devices.ts';
import type { OciDevice, OciResources } from '../../../runtime/spec/oci.ts';
import type { HostConfig } from '../request/config.ts';

type Rule = OciResources['devices'][number];

export interface ContainerDevices {
  /** Nodes to create below the container's /dev. */
  readonly nodes: OciDevice[];
  /** Access to the nodes, after the rules that every container has. */
  readonly rules: Rule[];
}

/** The VM's devices for a container. Throws EngineError 'invalid' in Docker's words. */
export async function containerDevices(host: HostConfig): Promise<ContainerDevices> {
  const rules = host.DeviceCgroupRules.map(parseDeviceRule);
  if (host.Privileged) return { nodes: await machineDevices(), rules };
  const nodes: OciDevice[] = [];
  for (const asked of host.Devices) {
    const found = await devicesBelow(asked.PathOnHost, asked.PathInContainer || asked.PathOnHost);
    nodes.push(...found);
    for (const { type, major, minor } of found) {
      rules.push({ allow: true, type, major, minor, access: asked.CgroupPermissions || 'rwm' });
    }
  }
  return { nodes, rules };
}

/** A device, or all devices in a directory, with their names in the container. */
async function devicesBelow(path: string, inContainer: string): Promise<OciDevice[]> {
  const refusal = (reason: string) =>
    new EngineError(
      'invalid',
      `error gathering device information while adding custom device "${path}": ${reason}`,
    );
  const real = await realpath(path).catch(() => {
    throw refusal('no such file or directory');
  });
  const found = await stat(real);
  if (found.isDirectory()) {
    const entries = await readdir(real, { recursive: true, withFileTypes: true });
    const nodes = entries.filter((entry) => entry.isCharacterDevice() || entry.isBlockDevice());
    return Promise.all(
      nodes.map(async ({ name, parentPath }) => {
        const node = join(parentPath, name);
        return {
          ...deviceAt(node, await lstat(node)),
          path: join(inContainer, relative(real, node)),
        };
      }),
    );
  }
  if (!found.isCharacterDevice() && !found.isBlockDevice()) throw refusal('not a device node');
  return [{ ...deviceAt(real, found), path: inContainer }];
}

/** Parses `TYPE MAJOR:MINOR ACCESS`, such as `c 189:* rmw`. */
export function parseDeviceRule(rule: string): Rule {
  const [, type, major, minor, access] =
    /^([acb]) ([0-9]+|\*):([0-9]+|\*) ([rwm]{1,3})$/.exec(rule) ?? [];
  if (!type || !major || !minor || !access) {
    throw new EngineError('invalid', `invalid device cgroup rule format: '${rule}'`);
  }
  return {
    allow: true,
    type,
    ...(major !== '*' && { major: Number(major) }),
    ...(minor !== '*' && { minor: Number(minor) }),
    access,
  };
}
