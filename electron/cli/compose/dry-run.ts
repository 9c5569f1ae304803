import type { Command } from 'commander';
import { HostError } from '../../host/base/errors.ts';
import type { CliContext } from '../context.ts';

/** Commands whose work isn't a change of containers, networks, volumes or images. */
const REFUSED = ['attach', 'commit', 'cp', 'export', 'watch'];

/** The context of a verb of `berth compose`: with `--dry-run`, its engine changes nothing. */
export function withDryRun(context: CliContext, verb: Command): CliContext {
  const isDryRun = () => verb.opts<{ dryRun?: boolean }>().dryRun === true;
  return {
    ...context,
    isDryRun,
    async host(name) {
      if (!isDryRun()) return context.host(name);
      if (REFUSED.includes(verb.name())) {
        throw new HostError('invalid', `compose ${verb.name()} is not supported in dry-run mode`);
      }
      const { DryRunEngine } = await import('../../host/compose/apply/dry-run-engine.ts');
      const host = await context.host(name);
      return { ...host, engine: new DryRunEngine(host.engine) };
    },
  };
}
