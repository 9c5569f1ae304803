import { EngineError } from '../../../errors.ts';
import type { HostConfig } from '../request/config.ts';

/**
 * Throws EngineError 'internal' in Docker's words if a container asks for devices of a driver, such as GPUs: the VM
 * has no drivers. As in Docker, only the start fails, so the container exists.
 */
export function requireDeviceDrivers({ DeviceRequests: [request] }: HostConfig): void {
  if (!request) return;
  const { Driver, Capabilities } = request;
  const capabilities = Capabilities.map((names) => `[${names.join(' ')}]`).join(' ');
  throw new EngineError(
    'internal',
    `could not select device driver "${Driver}" with capabilities: [${capabilities}]`,
  );
}
