import type { Container } from '../../electron/api/containers.ts';
import classes from './port-chip.module.css';
import { PortChip } from './port-chip.tsx';

/** The container's page shows the rest. */
const SHOWN = 3;

/** A container's published ports on the host. */
export function PortChips({ container }: { readonly container: Container }) {
  const { ports } = container;
  return (
    <span className={classes.ports}>
      {ports.slice(0, SHOWN).map((port) => (
        <PortChip key={`${port.address} ${port.port} ${port.protocol}`} {...port} />
      ))}
      {ports.length > SHOWN && (
        <span
          className={classes.more}
          title={ports
            .slice(SHOWN)
            .map(({ port }) => port)
            .join(', ')}
        >
          +{ports.length - SHOWN}
        </span>
      )}
    </span>
  );
}
