import { TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { IconButton } from '../../components/icon-button.tsx';
import type { FieldsProps } from './fields.ts';
import classes from './section.module.css';

interface VariableRowsProps extends Pick<FieldsProps, 'form'> {
  readonly list: 'env' | 'labels';
  /** The noun for assistive technology: `label`. */
  readonly what: string;
}

/** Rows of a name and a value. */
export function VariableRows({ form, list, what }: VariableRowsProps) {
  return form.values[list].map((row, index) => (
    <div key={row.key} className={classes.row}>
      <TextInput
        className={classes.wide ?? ''}
        aria-label={`Name of ${what} ${index + 1}`}
        placeholder="Name"
        spellCheck={false}
        {...form.getInputProps(`${list}.${index}.name`)}
      />
      <TextInput
        className={classes.wide ?? ''}
        aria-label={`Value of ${what} ${index + 1}`}
        placeholder="Value"
        spellCheck={false}
        {...form.getInputProps(`${list}.${index}.value`)}
      />
      <span className={classes.end}>
        <IconButton
          label={`Remove ${what} ${index + 1}`}
          tooltip="Remove"
          icon={<IconX size={16} />}
          onClick={() => form.removeListItem(list, index)}
        />
      </span>
    </div>
  ));
}
