import { HostError, reasonOf } from '../base/errors.ts';
import { findVfkit, type Vfkit } from '../hypervisor/find-vfkit.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { checks } from './checks.ts';

/** A check's name and its finding. */
export interface Diagnosis extends Finding {
  readonly name: string;
}

const patienceMs = 30_000;

/** Runs all checks in parallel and returns their findings in the order of the list. */
export async function examine(
  host: CheckContext['host'],
  environment: CheckContext['environment'] = process.env,
  list: readonly Check[] = checks,
): Promise<Diagnosis[]> {
  const context = await contextFor(host, environment);
  return Promise.all(
    list.map(async (check) => ({ name: check.name, ...(await findingOf(check, context)) })),
  );
}

/** The result of a repair: a warning or failure if Berth couldn't repair the cause. */
export type Repair = Diagnosis;

/** Repairs the warnings and failures that Berth can repair, one after another. */
export async function repair(
  host: CheckContext['host'],
  diagnoses: readonly Diagnosis[],
  environment: CheckContext['environment'] = process.env,
  list: readonly Check[] = checks,
): Promise<Repair[]> {
  const context = await contextFor(host, environment);
  const repairs: Repair[] = [];
  for (const { name, status } of diagnoses) {
    if (status !== 'warn' && status !== 'fail') continue;
    try {
      const message = await list.find((check) => check.name === name)?.repair?.(context);
      if (message !== undefined) repairs.push({ name, status: 'ok', message });
    } catch (error) {
      repairs.push({ name, ...failureOf(error) });
    }
  }
  return repairs;
}

async function contextFor(
  host: CheckContext['host'],
  environment: CheckContext['environment'],
): Promise<CheckContext> {
  let vfkit: Promise<Vfkit> | undefined;
  return {
    ...{ host, environment, status: await host.machine.status() },
    vfkit() {
      vfkit ??= findVfkit(environment);
      return vfkit;
    },
    inGuest: (command) => host.machine.inGuest(command),
  };
}

async function findingOf(check: Check, context: CheckContext): Promise<Finding> {
  if (check.needsMachine && context.status.state !== 'running') {
    return { status: 'skipped', message: `the VM isn't running` };
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const message = `no answer within ${patienceMs / 1000} s`;
    timer = setTimeout(() => resolve({ status: 'fail', message }), patienceMs);
  });
  try {
    return await Promise.race([check.run(context), late]);
  } catch (error) {
    return failureOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The finding of a check that couldn't run. */
export function failureOf(error: unknown): Finding {
  const hint = error instanceof HostError ? error.hint : undefined;
  return { status: 'fail', message: reasonOf(error), ...(hint && { hint }) };
}
