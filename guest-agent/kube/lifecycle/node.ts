import { arch, cpus, hostname, release, totalmem } from 'node:os';
import type { Node } from 'kubernetes-types/core/v1.js';
import { MAX_PODS } from '../objects/max-pods.ts';
import { NODE_NAME } from '../objects/node-name.ts';
import type { Objects } from '../objects/objects.ts';
import { nodes } from '../objects/resources.ts';
import { timestamp } from '../objects/timestamp.ts';
import { createIfMissing } from './first-objects.ts';

interface NodeFacts {
  /** The version of Kubernetes whose API this is. */
  readonly kubernetesVersion: string;
  readonly engineVersion: string;
}

/** Describes this machine as the cluster's node. */
export async function describeNode(objects: Objects, facts: NodeFacts): Promise<void> {
  const labels = {
    'kubernetes.io/hostname': NODE_NAME,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': goArchitecture(),
    'node-role.kubernetes.io/control-plane': '',
  };
  await createIfMissing(objects, nodes, { metadata: { name: NODE_NAME, labels }, spec: {} });
  const status = nodeStatus(facts);
  await objects.change(nodes, { name: NODE_NAME }, (node) => ({ ...node, status }));
}

function nodeStatus({ kubernetesVersion, engineVersion }: NodeFacts): Node['status'] & object {
  const capacity = {
    cpu: String(cpus().length),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: String(MAX_PODS),
  };
  const now = timestamp();
  const condition = (type: string, status: string, reason: string, message: string) => ({
    ...{ type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now },
  });
  return {
    ...{ capacity, allocatable: capacity },
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'Memory is available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'Disk space is available'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'Process IDs are available'),
      condition('Ready', 'True', 'KubeletReady', 'The engine is running'),
    ],
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: hostname() },
    ],
    nodeInfo: {
      ...{ architecture: goArchitecture(), operatingSystem: 'linux', kernelVersion: release() },
      ...{ kubeletVersion: kubernetesVersion, kubeProxyVersion: '', osImage: 'Berth' },
      containerRuntimeVersion: `berth://${engineVersion}`,
      ...{ bootID: '', machineID: '', systemUUID: '' },
    },
  };
}

function goArchitecture(): string {
  return arch() === 'x64' ? 'amd64' : arch();
}
