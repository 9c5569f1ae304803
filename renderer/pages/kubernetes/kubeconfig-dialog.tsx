import { Button, Code, Group, Loader, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { LocalCluster } from '../../../electron/api/kube/clusters.ts';
import { copyText } from '../../components/copy-text.ts';
import { explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import classes from './kubernetes.module.css';

/** Shows what another program needs to use a cluster. */
export function openKubeconfig({ name }: LocalCluster): void {
  modals.open({
    title: `Kubeconfig of cluster ${name}`,
    size: 'lg',
    children: <KubeconfigText name={name} />,
  });
}

function KubeconfigText({ name }: { readonly name: string }) {
  const { data: text, error } = useQuery({
    queryKey: ['kubeconfig', name],
    queryFn: ({ signal }) => client.kube.clusters.kubeconfig({ name }, { signal }),
    networkMode: 'always',
    // It has a private key.
    gcTime: 0,
    retry: false,
  });
  if (error) {
    return (
      <Text size="sm" role="alert" className={classes.reason ?? ''}>
        {explain(error).message}
      </Text>
    );
  }
  if (text === undefined) return <Loader size={24} />;
  return (
    <>
      <Text size="sm" c="var(--quiet)" mb="sm">
        Anyone who has this text can control the cluster.
      </Text>
      <Code block tabIndex={0} className={classes.kubeconfig ?? ''}>
        {text}
      </Code>
      <Group justify="flex-end" mt="md">
        <Button
          variant="default"
          leftSection={<IconCopy size={16} />}
          onClick={() => void copyText(text, 'Kubeconfig copied')}
        >
          Copy
        </Button>
      </Group>
    </>
  );
}
