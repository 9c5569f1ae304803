import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import classes from './breadcrumbs.module.css';
import { partsOf } from './paths.ts';

interface BreadcrumbsProps {
  readonly top: string;
  readonly path: string;
  readonly onGo: (path: string) => void;
}

/** The path of the current folder. Each part is a link. */
export function Breadcrumbs({ top, path, onGo }: BreadcrumbsProps) {
  const parts = [{ name: top, path: '/' }, ...partsOf(path)];
  return (
    <nav className={classes.way} aria-label="Folder">
      <ol>
        {parts.map((part, index) => (
          <li key={part.path}>
            {index > 0 && <IconChevronRight size={13} aria-hidden />}
            {index < parts.length - 1 ? (
              <UnstyledButton className={classes.part ?? ''} onClick={() => onGo(part.path)}>
                {part.name}
              </UnstyledButton>
            ) : (
              <span className={classes.here} aria-current="location" title={path}>
                {part.name}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
