import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { ProjectService } from '../../../compose/file/project.ts';
import type { Warn } from '../generated.ts';

/** The labels that a node must have, from the platform and from constraints on labels. */
export function placementOf({ platform, deploy }: ProjectService, warn: Warn): Partial<PodSpec> {
  const selector: Record<string, string> = {};
  const [os, architecture] = platform?.split('/') ?? [];
  if (os) selector['kubernetes.io/os'] = os;
  if (architecture) selector['kubernetes.io/arch'] = architecture;
  for (const constraint of deploy?.placement.constraints ?? []) {
    const [, label, value] = /^node\.labels\.(\S+?)\s*==\s*(\S+)$/.exec(constraint) ?? [];
    if (label !== undefined && value !== undefined) selector[label] = value;
    else warn(`the placement constraint "${constraint}" is omitted`);
  }
  return Object.keys(selector).length > 0 ? { nodeSelector: selector } : {};
}
