import type { Command } from 'commander';
import { chooseContext } from '../../../../host/kube/contexts/choose-context.ts';
import {
  findContext,
  LOCAL_CONTEXT,
  listContexts,
} from '../../../../host/kube/contexts/contexts.ts';
import { kubeconfigPaths } from '../../../../host/kube/contexts/kubeconfig.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('<context>').action(async (name: string) => {
    findContext(await listContexts(context.env), name);
    const [path] = kubeconfigPaths(context.env);
    // Starts the VM first.
    if (name === LOCAL_CONTEXT) await connectEngine(context);
    const { paths } = await context.host();
    await chooseContext(path, name, paths);
    printLine(context, name);
  });
}
