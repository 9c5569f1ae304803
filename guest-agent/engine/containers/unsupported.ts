import { EngineError } from '../../errors.ts';
import type { HostConfig } from './config.ts';

/**
 * What Docker can do and we can't yet. To leave it out silently would be worse: a container without
 * the seccomp profile that was asked for looks safer than it is. Throws 'not-implemented'.
 */
export function checkSupported(host: HostConfig): void {
  const wanted: readonly [boolean, string][] = [
    [host.Init === true, 'an init process in the container (--init)'],
    [host.Devices.length > 0, 'adding devices (--device)'],
    [host.VolumesFrom.length > 0, "another container's volumes (--volumes-from)"],
    [host.SecurityOpt.some(isOwnProfile), 'a seccomp or AppArmor profile of your own'],
  ];
  const missing = wanted.filter(([asked]) => asked).map(([, name]) => name);
  if (missing.length > 0) {
    throw new EngineError('not-implemented', `not possible yet: ${missing.join('; ')}`);
  }
}

const isOwnProfile = (option: string) =>
  /^(seccomp|apparmor)[=:]/.test(option) && !/[=:](unconfined|builtin)$/.test(option);
