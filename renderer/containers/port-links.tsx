import { Anchor } from '@mantine/core';
import type { Container, ContainerPort } from '../../electron/api/containers.ts';
import classes from './port-links.module.css';

/** The container's page shows the rest. */
const SHOWN = 4;

/** A container's published ports on the host. Ports that a browser can open are links. */
export function PortLinks({ container }: { readonly container: Container }) {
  const { ports } = container;
  return (
    <span className={classes.ports}>
      {ports.slice(0, SHOWN).map((port) => (
        <PortLink key={`${port.address} ${port.port} ${port.protocol}`} port={port} />
      ))}
      {ports.length > SHOWN && <span className={classes.more}>+{ports.length - SHOWN}</span>}
    </span>
  );
}

export function PortLink({ port }: { readonly port: ContainerPort }) {
  const { address, containerPort, protocol } = port;
  const title = `${address}:${port.port} → container port ${containerPort}/${protocol}`;
  if (protocol !== 'tcp') {
    return (
      <span title={title}>
        {port.port}/{protocol}
      </span>
    );
  }
  return (
    <Anchor
      href={`http://localhost:${port.port}`}
      target="_blank"
      rel="noreferrer"
      size="sm"
      title={title}
    >
      {port.port}
    </Anchor>
  );
}
