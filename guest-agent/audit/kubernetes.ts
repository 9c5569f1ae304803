import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import { ifMissing } from '../errors.ts';
import { JOURNAL_FILE } from '../kube/objects/journal-file.ts';
import { type Examined, type Finding, orphan } from './finding.ts';

const lineSchema = z.object({
  resource: z.string(),
  isDeleted: z.boolean().optional(),
  object: z.object({ metadata: z.object({ uid: z.string() }) }),
});

/** The label of pods' containers with the UID of their pod. */
const POD_UID = 'io.kubernetes.pod.uid';

/** Whether the journal of objects is whole, and each container of a pod has its pod. */
export async function examineKubernetes({ containers, directories }: Engine): Promise<Examined> {
  const path = join(directories.data, 'kube', JOURNAL_FILE);
  const text = await readFile(path, 'utf8').catch(ifMissing(undefined));
  const findings: Finding[] = [];
  const pods = new Set<string>();
  let checked = 0;
  // The last line may be half written at this moment.
  for (const line of text?.split('\n').slice(0, -1) ?? []) {
    const parsed = parseLine(line);
    if (parsed === undefined) {
      findings.push({
        ...{ kind: 'damaged', about: path },
        message: `A line of the journal of Kubernetes objects is damaged: ${path}.`,
        hint: 'Restart the VM: berth machine restart. Berth keeps a copy of the damaged file. Then apply your manifests again.',
      });
      continue;
    }
    checked += 1;
    const { uid } = parsed.object.metadata;
    if (parsed.resource !== 'pods') continue;
    if (parsed.isDeleted) pods.delete(uid);
    else pods.add(uid);
  }
  for (const { record } of containers.all()) {
    const uid = record.config.Labels['io.berth.kube'] === 'pod' && record.config.Labels[POD_UID];
    if (!uid || pods.has(uid)) continue;
    findings.push(
      orphan(
        `container ${record.name}`,
        `Container ${record.name} belongs to a pod that doesn't exist.`,
        `Remove the container: berth rm --force ${record.name}`,
      ),
    );
  }
  return { checked, findings };
}

function parseLine(text: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The caller reports the line.
    return undefined;
  }
}
