import { IconExternalLink } from '@tabler/icons-react';
import type { ServicePort } from './service-rows.ts';
import classes from './service-table.module.css';

/** The ports of a service. Published TCP ports open in the browser. */
export function PortChips({ ports }: { readonly ports: readonly ServicePort[] }) {
  return (
    <span className={classes.ports}>
      {ports.map(({ target, published, protocol }) => {
        const key = `${published} ${target} ${protocol}`;
        if (published === undefined || protocol !== 'tcp') {
          return (
            <span key={key} className={classes.port} title={`Container port ${target}/${protocol}`}>
              {published ?? target}
              {protocol === 'tcp' ? '' : `/${protocol}`}
            </span>
          );
        }
        return (
          <a
            key={key}
            href={`http://localhost:${published}`}
            target="_blank"
            rel="noreferrer"
            className={classes.port}
            title={`Open localhost:${published} → container port ${target}`}
          >
            {published}
            <IconExternalLink size={12} aria-hidden />
          </a>
        );
      })}
    </span>
  );
}
