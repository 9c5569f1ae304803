import { UnstyledButton } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { copyText } from '../components/copy-text.ts';
import classes from './port-chip.module.css';
import { isWebPort } from './web-port.ts';

interface PortChipProps {
  readonly containerPort: number;
  /** The port of the host; absent if the port isn't published, or not yet. */
  readonly port?: number | undefined;
  readonly address?: string;
  readonly protocol: string;
}

/** A port of a container. A web page opens in the browser; other addresses are copied. */
export function PortChip({ containerPort, port, address, protocol }: PortChipProps) {
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
  if (port === undefined) {
    return (
      <span className={classes.port} title={`Container port ${containerPort}/${protocol}`}>
        {containerPort}
        {suffix}
      </span>
    );
  }
  const target = `container port ${containerPort}/${protocol}`;
  const title = `${address ?? 'localhost'}:${port} → ${target}`;
  if (isWebPort(containerPort, protocol)) {
    return (
      <a
        href={`http://localhost:${port}`}
        target="_blank"
        rel="noreferrer"
        className={classes.port}
        title={`Open ${title}`}
      >
        {port}
        <IconExternalLink size={12} aria-hidden />
      </a>
    );
  }
  const host = `localhost:${port}`;
  return (
    <UnstyledButton
      className={classes.port ?? ''}
      title={`Copy ${title}`}
      aria-label={`Copy ${host}`}
      onClick={() => void copyText(host, `${host} was copied`)}
    >
      {port}
      {suffix}
    </UnstyledButton>
  );
}
