import { EngineError } from '../../../errors.ts';
import { securityOptions } from '../../../runtime/spec/security-options.ts';
import { checkLogConfig } from '../logs/log-config.ts';
import { parseDeviceRule } from '../process/devices.ts';
import type { HostConfig } from '../request/config.ts';
import { checkResources, resourceWarnings } from '../request/resource-limits.ts';
import { checkRestartPolicy } from './restart-policy.ts';

/** The namespaces that a container can use: its own, the VM's, or another container's. */
const MODES = {
  PidMode: { name: 'PID', pattern: /^(host|container:.+)?$/ },
  IpcMode: { name: 'IPC', pattern: /^(private|shareable|none|host|container:.+)?$/ },
  /** Docker's clients can't ask for another container's, which `api/` checks. */
  UTSMode: { name: 'UTS', pattern: /^(host|container:.+)?$/ },
  UsernsMode: { name: 'user namespace', pattern: /^(host|private)?$/ },
  CgroupnsMode: { name: 'cgroup namespace', pattern: /^(host|private)?$/ },
} as const;

/** Names that clients can use for the only OCI runtime. */
const RUNTIMES = ['', 'crun', 'runc', 'io.containerd.runc.v2'];

/** Throws EngineError 'invalid' in Docker's words for values or combinations that aren't valid. */
export function checkHostConfig(host: HostConfig): void {
  checkRestartPolicy(host.RestartPolicy);
  if (host.AutoRemove && host.RestartPolicy.Name !== 'no') {
    throw invalid("can't create 'AutoRemove' container with restart policy");
  }
  for (const [field, { name, pattern }] of Object.entries(MODES)) {
    const mode = host[field as keyof typeof MODES];
    if (!pattern.test(mode)) throw invalid(`invalid ${name} mode: ${mode}`);
  }
  if (!RUNTIMES.includes(host.Runtime)) {
    throw invalid(`unknown or invalid runtime name: ${host.Runtime}`);
  }
  if (host.Isolation !== '' && host.Isolation !== 'default') {
    throw invalid(`invalid isolation '${host.Isolation}' on linux`);
  }
  if (host.ShmSize < 0) throw invalid('SHM size can not be less than 0');
  if (host.OomScoreAdj < -1000 || host.OomScoreAdj > 1000) {
    throw invalid(`Invalid value ${host.OomScoreAdj}, range for oom score adj is [-1000, 1000]`);
  }
  if (Object.keys(host.Annotations).includes('')) {
    throw invalid('invalid Annotations: the empty string is not permitted as an annotation key');
  }
  for (const rule of host.DeviceCgroupRules) parseDeviceRule(rule);
  checkResources(host);
  checkLogConfig(host.LogConfig);
  securityOptions(host.SecurityOpt);
}

/** Warnings about settings that don't prevent the creation of a container. */
export function hostConfigWarnings(host: HostConfig): string[] {
  const published = Object.keys(host.PortBindings).length > 0;
  return [
    ...resourceWarnings(host),
    ...(host.NetworkMode === 'host' && published
      ? ['Published ports are discarded when using host network mode']
      : []),
  ];
}

const invalid = (message: string) => new EngineError('invalid', message);
