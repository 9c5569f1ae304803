import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import type { Problem } from '../../../electron/api/project-content.ts';
import classes from './projects.module.css';

/** The problems in the files of a project; nothing if there are none. */
export function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems} aria-label="Problems">
      {problems.map(({ severity, file, line, message }) => (
        <li key={`${file}${line}${message}`}>
          {severity === 'error' ? (
            <IconCircleX size={14} color="var(--bad)" aria-label="Error" />
          ) : (
            <IconAlertTriangle size={14} color="var(--busy)" aria-label="Warning" />
          )}
          <span>
            <span className={classes.quiet}>
              {file.replace(/^.*[\\/]/, '')}
              {line !== undefined && `:${line}`}
            </span>{' '}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
