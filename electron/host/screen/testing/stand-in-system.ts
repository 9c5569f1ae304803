import { diskUsage } from './disk-usage.ts';

/** Answers about the engine, the disk and registries; undefined for other paths. */
export function systemAnswer(
  path: string,
  body: string,
  warnings: readonly string[],
): { status: number; document: object } | undefined {
  switch (path) {
    case '/version':
      return ok({ Version: '1.2.3', ApiVersion: '1.51', Os: 'linux', Arch: 'amd64' });
    case '/info':
      return ok({ ...INFO, Warnings: warnings });
    case '/system/df':
      return ok(diskUsage);
    case '/volumes/prune':
      return ok({ VolumesDeleted: ['old'], SpaceReclaimed: 5_000_000 });
    case '/containers/prune':
    case '/build/prune':
      return ok({ SpaceReclaimed: 0 });
    case '/auth': {
      const { password } = JSON.parse(body) as { password?: string };
      return password === 'right'
        ? ok({ Status: 'Login Succeeded' })
        : { status: 401, document: { message: 'unauthorized: incorrect username or password' } };
    }
    default:
      return undefined;
  }
}

const ok = (document: object) => ({ status: 200, document });

const INFO = {
  ...{ Containers: 0, ContainersRunning: 0, ContainersPaused: 0, ContainersStopped: 0, Images: 0 },
  ...{ Driver: 'overlay2', ServerVersion: '1.2.3', KernelVersion: '6.12.1', OSType: 'linux' },
  ...{ OperatingSystem: 'Berth Linux', Architecture: 'x86_64', NCPU: 4, MemTotal: 2 ** 32 },
  Name: 'berth-default',
};
