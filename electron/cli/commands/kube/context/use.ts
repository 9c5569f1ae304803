import type { Command } from 'commander';
import { makeCurrent } from '../../../../host/kube/contexts/change-kubeconfig.ts';
import {
  findContext,
  LOCAL_CONTEXT,
  listContexts,
} from '../../../../host/kube/contexts/contexts.ts';
import { kubeconfigPaths } from '../../../../host/kube/contexts/kubeconfig.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { addLocalContext } from '../../../kube/add-local-context.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('<context>').action(async (name: string) => {
    findContext(await listContexts(context.env), name);
    const [path] = kubeconfigPaths(context.env);
    if (name === LOCAL_CONTEXT) await addLocalContext(context, path);
    else await makeCurrent(path, name);
    printLine(context, name);
  });
}
