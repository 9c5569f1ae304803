import { availableParallelism, totalmem } from 'node:os';
import type { MachineDetails } from '../../../api/machine-procedures.ts';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { dockerHost } from '../../docker-cli/docker-context.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { machineUsage } from '../../engine/machine-usage.ts';
import { engineInfo, engineVersion } from '../../engine/system.ts';
import { hypervisorsOf, nativeAccelerator } from '../../hypervisor/native-accelerator.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

const log = loggerOf('machine');

export function machineHandlers({ machine, engine, acceleration }: ScreenHost) {
  return {
    status: screen.machine.status.handler(() => machine.status()),
    watch: screen.machine.watch.handler(async function* ({ context }) {
      yield* machine.watch(context.gone);
    }),
    start: screen.machine.start.handler(() => machine.start()),
    stop: screen.machine.stop.handler(() => machine.stop()),
    suspend: screen.machine.suspend.handler(() => machine.suspend()),
    restart: screen.machine.restart.handler(async () => {
      await machine.stop();
      return machine.start();
    }),
    kill: screen.machine.kill.handler(() => machine.kill()),
    details: screen.machine.details.handler(async () => {
      const { state } = await machine.status();
      const versions = state === 'running' ? await readVersions(engine) : undefined;
      return {
        engineSocket: machine.engineSocket,
        dockerHost: dockerHost(machine.engineSocket),
        ...(versions && { versions }),
      };
    }),
    hostResources: screen.machine.hostResources.handler(async () => {
      const accelerator = nativeAccelerator(process.platform);
      return {
        cpus: availableParallelism(),
        memoryMiB: Math.floor(totalmem() / 1024 ** 2),
        ...(accelerator && { accelerator }),
        hypervisors: [...hypervisorsOf(process.platform)],
      };
    }),
    offersAcceleration: screen.machine.offersAcceleration.handler(
      async () => (await acceleration?.isOffered()) ?? false,
    ),
    turnOnAcceleration: screen.machine.turnOnAcceleration.handler(() => {
      if (acceleration) return acceleration.repair();
      throw new HostError('invalid', `This feature isn't available here`);
    }),
    usage: screen.machine.usage.handler(async function* ({ context }) {
      yield* machineUsage(engine, context.gone);
    }),
  };
}

/** Undefined if the engine doesn't answer after all. */
async function readVersions(engine: EngineClient): Promise<MachineDetails['versions']> {
  try {
    const [version, info] = await Promise.all([engineVersion(engine), engineInfo(engine)]);
    return {
      engine: version.Version,
      api: version.ApiVersion,
      system: info.OperatingSystem,
      kernel: info.KernelVersion,
      architecture: info.Architecture,
    };
  } catch (error) {
    log.debug('Asking the engine for its version', error);
    return undefined;
  }
}
