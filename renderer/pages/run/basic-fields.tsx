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
          placeholder="One is made up"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <TextInput
          className={classes.wide ?? ''}
          label="Command"
          placeholder={command.join(' ') || 'As the image has it'}
          spellCheck={false}
          {...form.getInputProps('command')}
        />
        <TextInput
          className={classes.wide ?? ''}
          label="Entrypoint"
          placeholder={entrypoint.join(' ') || 'None'}
          spellCheck={false}
          {...form.getInputProps('entrypoint')}
        />
      </div>
      <Group gap="xl">
        <Checkbox
          size="xs"
          label="Give it a terminal"
          {...form.getInputProps('tty', { type: 'checkbox' })}
        />
        <Checkbox
          size="xs"
          label="Remove it when it ends"
          {...form.getInputProps('autoRemove', { type: 'checkbox' })}
        />
      </Group>
    </Section>
  );
}
