import { Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import classes from '../../components/settings-group.module.css';
import { useDraftState } from '../../drafts/use-draft-state.ts';

interface TextListProps {
  readonly label: string;
  readonly items: readonly string[];
  readonly placeholder?: string;
  /** Why a new entry isn't valid; undefined if it is. */
  readonly check: (item: string) => string | undefined;
  readonly onChange: (items: string[]) => void;
}

/** A list of short texts with fields to add and remove them. */
export function TextList({ label, items, placeholder = '', check, onChange }: TextListProps) {
  const draft = useDraftState({ key: `settings ${label}`, initial: '' });
  const text = draft.value;
  const [problem, setProblem] = useState<string>();
  const add = () => {
    const item = text.trim();
    const wrong = items.includes(item) ? 'The list already contains this entry' : check(item);
    setProblem(wrong);
    if (wrong !== undefined) return;
    onChange([...items, item]);
    draft.forget();
  };
  return (
    <>
      {items.length > 0 && (
        <ul className={classes.list} aria-label={label}>
          {items.map((item) => (
            <li key={item} className={classes.item}>
              <span className={classes.mono} title={item}>
                {item}
              </span>
              <IconButton
                label={`Remove ${item}`}
                tooltip="Remove"
                icon={<IconTrash size={16} />}
                onClick={() => onChange(items.filter((each) => each !== item))}
              />
            </li>
          ))}
        </ul>
      )}
      <form
        className={classes.add}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <TextInput
          aria-label={`Add to: ${label}`}
          placeholder={placeholder}
          value={text}
          error={problem}
          onChange={({ currentTarget }) => {
            draft.set(currentTarget.value);
            setProblem(undefined);
          }}
        />
        <Button type="submit" variant="default" disabled={text.trim() === ''}>
          Add
        </Button>
      </form>
    </>
  );
}
