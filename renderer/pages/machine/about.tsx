import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconFirstAidKit } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { MachineStatus } from '../../../electron/api/machine.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { client } from '../../connection/screen.ts';
import classes from '../../machine/panel.module.css';
import { saveDiagnostics } from '../../machine/save-diagnostics.ts';
import { useVmImage } from '../../machine/vm-image.ts';

/** Versions, addresses, and the archive for support. */
export function About({ machine }: { readonly machine: MachineStatus }) {
  const { data: details } = useQuery({
    queryKey: ['machine', 'details', machine.state],
    queryFn: () => client.machine.details(),
    networkMode: 'always',
  });
  const { data: desktop } = useQuery({
    queryKey: ['desktop'],
    queryFn: () => client.desktop.about(),
    networkMode: 'always',
  });
  const image = useVmImage();
  if (!details) return null;
  const { versions, engineSocket, dockerHost } = details;
  const processor = [machine.driver, machine.accelerator].filter(Boolean).join(', ');
  return (
    <section className={classes.card} aria-label="About">
      <h2 className={classes.heading}>About</h2>
      <dl className={classes.facts}>
        {desktop?.version && <Fact name="App" value={desktop.version} />}
        {versions && (
          <>
            <Fact name="Engine" value={`${versions.engine} (API ${versions.api})`} />
            <Fact
              name="VM system"
              value={`${versions.system}, Linux ${versions.kernel}, ${versions.architecture}`}
            />
          </>
        )}
        {image && <Fact name="VM image" value={image.version} />}
        <Fact name="Hypervisor" value={processor} />
        <Fact name="Engine socket" value={engineSocket} copies />
        <Fact name="DOCKER_HOST" value={dockerHost} copies />
      </dl>
      {desktop?.hasDiagnostics && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconFirstAidKit size={16} />}
          onClick={saveDiagnostics}
        >
          Save diagnostics…
        </Button>
      )}
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly copies?: boolean;
}

function Fact({ name, value, copies = false }: FactProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <span className={copies ? classes.address : undefined} title={copies ? value : undefined}>
          {value}
        </span>
        {copies && (
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <IconButton
                label={copied ? `${name} copied` : `Copy ${name}`}
                icon={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                onClick={copy}
              />
            )}
          </CopyButton>
        )}
      </dd>
    </>
  );
}
