import { Button, Group, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconClipboard, IconPlus } from '@tabler/icons-react';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { mergeVariables, parseEnvText } from './env-text.ts';
import { type FieldsProps, newRow } from './fields.ts';
import type { Variable } from './run-form.ts';
import { Section } from './section.tsx';
import { VariableRows } from './variable-rows.tsx';

/** Environment variables, typed or pasted. */
export function EnvFields({ form }: Pick<FieldsProps, 'form'>) {
  const { env } = form.values;

  function askText(): void {
    const id = modals.open({
      title: 'Paste a .env file',
      children: (
        <PasteForm
          onDone={(added) => {
            modals.close(id);
            form.setFieldValue('env', (rows) => mergeVariables(rows, added.map(newRow)));
          }}
        />
      ),
    });
  }

  return (
    <Section
      title="Environment"
      about={env.length === 0 ? 'Variables for the program in the container' : ''}
      actions={
        <>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconClipboard size={14} />}
            onClick={askText}
          >
            Paste .env…
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem('env', newRow({ name: '', value: '' }))}
          >
            Add variable
          </Button>
        </>
      }
    >
      <VariableRows form={form} list="env" what="variable" />
    </Section>
  );
}

function PasteForm({ onDone }: { readonly onDone: (variables: readonly Variable[]) => void }) {
  // Pasted text is often full of secrets: it stays in memory only.
  const draft = useDraftState({ key: 'pasted variables', initial: '', persisted: () => null });
  const text = draft.value;
  const found = parseEnvText(text);
  return (
    <>
      <Textarea
        aria-label="Text of the file"
        placeholder={'NAME=value\nOTHER=value'}
        rows={10}
        value={text}
        spellCheck={false}
        data-autofocus
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={({ currentTarget }) => draft.set(currentTarget.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button
          disabled={found.length === 0}
          onClick={() => {
            draft.forget();
            onDone(found);
          }}
        >
          {found.length === 1 ? 'Add 1 variable' : `Add ${found.length} variables`}
        </Button>
      </Group>
    </>
  );
}
