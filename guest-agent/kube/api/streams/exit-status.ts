import type { Status } from 'kubernetes-types/meta/v1.js';
import { errorStatus } from '../status.ts';

/** How a program ended, as the error channel of its streams says it. */
export async function exitStatus(exited: Promise<number>): Promise<Status> {
  try {
    const code = await exited;
    return code === 0 ? { metadata: {}, status: 'Success' } : failed(code);
  } catch (error) {
    return errorStatus(error);
  }
}

function failed(code: number): Status {
  return {
    ...{ metadata: {}, status: 'Failure', reason: 'NonZeroExitCode' },
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}
