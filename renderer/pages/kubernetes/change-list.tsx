import { Badge } from '@mantine/core';
import type { KubeChange } from '../../../electron/api/kube/manifests.ts';
import { DiffView } from '../../components/diff-view.tsx';
import classes from './kubernetes.module.css';

const WORDS: Readonly<Record<KubeChange['change'], string>> = {
  create: 'Create',
  update: 'Change',
  none: 'Unchanged',
};

/** What applying would change, object by object. */
export function ChangeList({ changes }: { readonly changes: readonly KubeChange[] }) {
  return (
    <div className={classes.changes}>
      {changes.map(({ kind, name, namespace, change, patch }) => (
        <details key={`${kind} ${namespace} ${name}`} open={change === 'update'}>
          <summary className={classes.change}>
            <Badge variant="default" size="sm" data-change={change}>
              {WORDS[change]}
            </Badge>
            <span>
              {kind} <b>{name}</b>
            </span>
            {namespace !== undefined && <span className={classes.quiet}>{namespace}</span>}
          </summary>
          {patch === '' ? (
            <p className={classes.quiet}>The cluster already has this object.</p>
          ) : (
            <DiffView label={`Changes of ${kind} ${name}`} patch={patch} />
          )}
        </details>
      ))}
    </div>
  );
}

/** `2 to create, 1 to change, 3 unchanged`. */
export function summaryOf(changes: readonly KubeChange[]): string {
  const count = (change: KubeChange['change']) =>
    changes.filter((each) => each.change === change).length;
  return [
    [count('create'), 'to create'],
    [count('update'), 'to change'],
    [count('none'), 'unchanged'],
  ]
    .flatMap(([number, words]) => (number === 0 ? [] : `${number} ${words}`))
    .join(', ');
}
