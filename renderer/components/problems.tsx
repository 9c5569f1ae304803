import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import type { Problem } from '../../electron/api/project-content.ts';
import classes from './problems.module.css';

type PlacedProblem = Problem & { readonly column?: number | undefined };

/** The problems in files or texts; nothing if there are none. */
export function Problems({ problems }: { readonly problems: readonly PlacedProblem[] }) {
  if (problems.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard.
    <ul className={classes.problems} aria-label="Problems" tabIndex={0}>
      {problems.map(({ severity, file, line, column, message }) => (
        <li key={`${file}${line}${column}${message}`}>
          {severity === 'error' ? (
            <IconCircleX size={14} color="var(--bad)" aria-label="Error" />
          ) : (
            <IconAlertTriangle size={14} color="var(--busy)" aria-label="Warning" />
          )}
          <span>
            <span className={classes.quiet}>
              {file.replace(/^.*[\\/]/, '')}
              {line !== undefined && `:${line}`}
              {column !== undefined && `:${column}`}
            </span>{' '}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
