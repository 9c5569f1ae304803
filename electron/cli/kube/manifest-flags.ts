import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { HostError } from '../../host/base/errors.ts';
import type { Manifest } from '../../host/kube/manifests/manifest.ts';
import { openManifests } from '../../host/kube/manifests/open-manifests.ts';
import type { CliContext } from '../context.ts';
import { collect } from '../flags/repeated.ts';

export interface ManifestFlags {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
}

export function manifestFlags(command: Command): Command {
  return command
    .option('-f, --filename <file>', 'File, folder, URL, or - for standard input', collect)
    .option('-R, --recursive', 'Also read the folders in a folder');
}

/** The manifests of `-f` and of operands. Throws HostError 'invalid' without any. */
export async function manifestsOf(
  context: CliContext,
  { filename = [], recursive = false }: ManifestFlags,
  operands: readonly string[] = [],
): Promise<Manifest[]> {
  const sources = [...filename, ...operands];
  if (sources.length === 0) {
    throw new HostError('invalid', 'name a file: -f FILE', {
      hint: 'FILE is a YAML or JSON file, a folder, a URL, or - for standard input.',
    });
  }
  return openManifests(sources, { recursive, stdin: () => text(context.stdin) });
}
