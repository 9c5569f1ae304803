import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { KubeProgress, KubeRef } from '../../../electron/api/kube/place.ts';
import { startActivity } from '../../activity/activity.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { client } from '../../connection/screen.ts';

type Open = (options: { signal: AbortSignal }) => Promise<AsyncIterable<KubeProgress>>;

/** The actions on an object of a cluster. */
export function useObjectActions(ref: KubeRef) {
  const { context, kind, name } = ref;
  const [busy, setBusy] = useState(false);
  const run = async (title: string, done: string, open: Open) => {
    setBusy(true);
    await startActivity({
      title: `${title} ${name}`,
      done: () => `${name} ${done}`,
      async run(signal, report) {
        for await (const event of await open({ signal })) report({ text: textOf(event) });
      },
    });
    setBusy(false);
  };
  const scale = useMutation({
    mutationFn: (replicas: number) => client.kube.workloads.scale({ ...ref, replicas }),
  });
  const remove = () =>
    run('Deleting', 'was deleted', (call) => client.kube.workloads.remove(ref, call));
  return {
    busy: busy || scale.isPending,
    scale: (replicas: number) => scale.mutate(replicas),
    restart: () =>
      run('Restarting', 'has restarted', (call) => client.kube.workloads.restart(ref, call)),
    undo: (revision: number) =>
      run('Rolling back', `is back at revision ${revision}`, (call) =>
        client.kube.workloads.undo({ ...ref, revision }, call),
      ),
    /** Asks first. */
    remove: () =>
      confirmLoss({
        title: `Delete ${kind} ${name}?`,
        action: `Delete ${kind}`,
        onConfirm: () => void remove(),
        children: (
          <Text size="sm">
            {kind === 'Pod' ? POD_LOSS : WORKLOAD_LOSS} Context: <b>{context}</b>.
          </Text>
        ),
      }),
  };
}

export type ObjectActions = ReturnType<typeof useObjectActions>;

const POD_LOSS =
  'Files written in the pod are deleted. If a workload owns the pod, the cluster starts another one.';
const WORKLOAD_LOSS =
  'Its pods are stopped and deleted, with the files written in them. Claims of storage stay.';

const textOf = ({ kind, name, text }: KubeProgress) => `${kind} ${name}: ${text}`;
