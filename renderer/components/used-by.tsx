import { Anchor } from '@mantine/core';
import { Link } from 'wouter';
import type { User } from '../../electron/api/volumes.ts';
import { StateDot } from './state-dot.tsx';
import classes from './used-by.module.css';

/** Number of containers that are named; the rest are counted. */
const NAMED = 2;

/** Links to the containers that use something. */
export function UsedBy({ users }: { readonly users: readonly User[] }) {
  if (users.length === 0) return <span className={classes.nobody}>Not used</span>;
  return (
    <span className={classes.users} title={users.map(({ name }) => name).join(', ')}>
      {users.slice(0, NAMED).map(({ id, name, running }) => (
        <span key={id} className={classes.user}>
          <StateDot tone={running ? 'good' : 'idle'} />
          <Anchor component={Link} href={`/containers/${id}`} c="inherit" fz="sm">
            {name}
          </Anchor>
        </span>
      ))}
      {users.length > NAMED && <span className={classes.nobody}>+{users.length - NAMED}</span>}
    </span>
  );
}
