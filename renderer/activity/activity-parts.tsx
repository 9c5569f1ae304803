import { Progress, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ProgressPart } from './activity.ts';
import classes from './activity-parts.module.css';

/** Lists the parts of a running task behind a button. */
export function ActivityParts({ parts }: { readonly parts: readonly ProgressPart[] }) {
  const [opened, { toggle }] = useDisclosure();
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <>
      <UnstyledButton className={classes.toggle ?? ''} aria-expanded={opened} onClick={toggle}>
        <Chevron size={14} aria-hidden />
        {parts.length === 1 ? '1 layer' : `${parts.length} layers`}
      </UnstyledButton>
      {opened && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard.
        <ul className={classes.parts} aria-label="Layers" tabIndex={0}>
          {parts.map(({ name, text, fraction }) => (
            <li key={name} className={classes.part}>
              <span className={classes.name}>{name}</span>
              <span className={classes.text}>{text}</span>
              {fraction !== undefined && (
                <Progress
                  className={classes.bar ?? ''}
                  size={3}
                  value={fraction * 100}
                  aria-label={`Progress of ${name}`}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
