import { ActionIcon, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconDots,
  IconFileCode,
  IconFileText,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconPlugConnected,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { LocalCluster } from '../../../electron/api/kube/clusters.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { client } from '../../connection/screen.ts';
import { openKubeconfig } from './kubeconfig-dialog.tsx';
import classes from './kubernetes.module.css';
import { startCluster } from './run-cluster.ts';
import { CONTEXTS_KEY } from './use-contexts.ts';

const icon = { size: 18, stroke: 1.75 };
const small = { size: 16 };

/** The buttons at the end of a local cluster's row. */
export function ClusterActions({ cluster }: { readonly cluster: LocalCluster }) {
  const { name, state, containerId } = cluster;
  const [isStarting, setStarting] = useState(false);
  const actions = useClusterActions(cluster);
  const isUp = state === 'running' || state === 'restarting';
  const start = async () => {
    setStarting(true);
    await startCluster(name);
    setStarting(false);
  };
  return (
    <div className={classes.actions}>
      {isUp && !isStarting ? (
        <IconButton
          label={`Stop ${name}`}
          tooltip="Stop"
          icon={<IconPlayerStopFilled {...icon} />}
          loading={actions.isBusy}
          onClick={actions.stop}
        />
      ) : (
        <IconButton
          label={`Start ${name}`}
          tooltip="Start"
          icon={<IconPlayerPlayFilled {...icon} />}
          loading={isStarting || actions.isBusy}
          onClick={() => void start()}
        />
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={`More actions for ${name}`} loading={actions.isBusy}>
            <IconDots {...icon} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconFileCode {...small} />}
            disabled={!isUp}
            onClick={() => openKubeconfig(cluster)}
          >
            Show kubeconfig…
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPlugConnected {...small} />}
            disabled={!isUp}
            onClick={actions.addContext}
          >
            Add to my kubeconfig
          </Menu.Item>
          <Menu.Item
            component={Link}
            href={`/containers/${containerId}/logs`}
            leftSection={<IconFileText {...small} />}
          >
            Logs of k3s
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash {...small} />} onClick={actions.remove}>
            Remove…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function useClusterActions({ name, context }: LocalCluster) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: CONTEXTS_KEY });
  const stop = useMutation({ mutationFn: () => client.kube.clusters.stop({ name }) });
  const remove = useMutation({
    mutationFn: () => client.kube.clusters.remove({ name }),
    onSuccess: refresh,
  });
  const addContext = useMutation({
    mutationFn: () => client.kube.clusters.addContext({ name }),
    async onSuccess(added) {
      notifications.show({ message: `Your kubeconfig has the context ${added}` });
      await refresh();
    },
  });
  return {
    isBusy: stop.isPending || remove.isPending || addContext.isPending,
    stop: () => stop.mutate(),
    addContext: () => addContext.mutate(),
    /** Asks first. */
    remove: () =>
      confirmLoss({
        title: `Remove cluster ${name}?`,
        action: 'Remove cluster',
        onConfirm: () => remove.mutate(),
        children: (
          <Text size="sm">
            Everything that runs in the cluster is deleted with its data, and can't be recovered.
            Your kubeconfig loses the context <b>{context}</b>. Other clusters stay.
          </Text>
        ),
      }),
  };
}
