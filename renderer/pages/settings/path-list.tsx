import { IconTrash } from '@tabler/icons-react';
import { IconButton } from '../../components/icon-button.tsx';
import classes from '../../components/settings-group.module.css';

interface PathListProps {
  readonly label: string;
  readonly paths: readonly string[];
  readonly onChange: (paths: string[]) => void;
}

/** Files on the host, each with a button that removes it from the list. */
export function PathList({ label, paths, onChange }: PathListProps) {
  if (paths.length === 0) return null;
  return (
    <ul className={classes.list} aria-label={label}>
      {paths.map((path) => (
        <li key={path} className={classes.item}>
          <span className={classes.mono} title={path}>
            {path}
          </span>
          <IconButton
            label={`Remove ${path}`}
            tooltip="Remove"
            icon={<IconTrash size={16} />}
            onClick={() => onChange(paths.filter((each) => each !== path))}
          />
        </li>
      ))}
    </ul>
  );
}
