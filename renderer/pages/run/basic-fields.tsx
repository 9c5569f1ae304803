import { Checkbox, Group, TextInput } from '@mantine/core';
import type { FieldsProps } from './fields.ts';
import classes from './section.module.css';
import { Section } from './section.tsx';

export function BasicFields({ form, suggestions }: FieldsProps) {
  const { entrypoint, command } = suggestions;
  return (
    <Section title="Container">
      <div className={classes.row}>
        <TextInput
          className={classes.wide ?? ''}
          label="Name"
          placeholder="Optional; generated if empty"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <TextInput
          className={classes.wide ?? ''}
          label="Command"
          placeholder={command.join(' ') || "Image's default"}
          spellCheck={false}
          {...form.getInputProps('command')}
        />
        <TextInput
          className={classes.wide ?? ''}
          label="Entrypoint"
          placeholder={entrypoint.join(' ') || "Image's default"}
          spellCheck={false}
          {...form.getInputProps('entrypoint')}
        />
      </div>
      <Group gap="xl">
        <Checkbox
          size="xs"
          label="Allocate a terminal (TTY)"
          {...form.getInputProps('tty', { type: 'checkbox' })}
        />
        <Checkbox
          size="xs"
          label="Remove when it exits"
          {...form.getInputProps('autoRemove', { type: 'checkbox' })}
        />
      </Group>
    </Section>
  );
}
