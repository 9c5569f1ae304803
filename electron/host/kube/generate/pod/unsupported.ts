import type { ContainerCreateRequest } from '../../../../../guest-agent/grammar/engine-types.ts';
import type { Warn } from '../generated.ts';

/** Says which settings of a container Kubernetes has no field for. */
export function warnOfUnsupported(
  { HostConfig = {}, ...request }: ContainerCreateRequest,
  warn: Warn,
) {
  const { Devices, Ulimits, VolumesFrom, DeviceCgroupRules, Links } = HostConfig;
  const unsupported: [string, unknown][] = [
    ['devices', Devices?.length],
    ['device_cgroup_rules', DeviceCgroupRules?.length],
    ['ulimits', Ulimits?.length],
    ['volumes_from', VolumesFrom?.length],
    ['links', Links?.length],
    ['domainname', request.Domainname],
    ['stop_signal', request.StopSignal],
    ['logging', !LOCAL_LOGS.has(HostConfig.LogConfig?.Type ?? '')],
    ['the OOM score', HostConfig.OomScoreAdj],
    ['the OOM killer', HostConfig.OomKillDisable],
    ['the limit of processes', HostConfig.PidsLimit],
    ['swap', HostConfig.MemorySwap || HostConfig.MemorySwappiness],
    ['the choice of processors', HostConfig.CpusetCpus],
    ['CPU shares', HostConfig.CpuShares],
    ['limits of disks', HostConfig.BlkioWeight || HostConfig.BlkioDeviceReadBps?.length],
    ['cgroup_parent', HostConfig.CgroupParent],
    ['storage_opt', Object.keys(HostConfig.StorageOpt ?? {}).length],
    ['userns_mode', HostConfig.UsernsMode],
    ['the runtime', HostConfig.Runtime && HostConfig.Runtime !== 'runc'],
  ];
  const names = unsupported.flatMap(([name, isSet]) => (isSet ? [name] : []));
  if (names.length > 0) warn(`Kubernetes has no setting for ${names.join(', ')}`);
  if (HostConfig.Init) warn('Kubernetes has no init process; add one to the image, such as tini');
}

/** Drivers whose logs `kubectl logs` replaces. */
const LOCAL_LOGS = new Set(['', 'json-file', 'local', 'journald']);
