import { Autocomplete, Button, Checkbox, TextInput } from '@mantine/core';
import { IconFolder, IconPlus, IconX } from '@tabler/icons-react';
import { IconButton } from '../../components/icon-button.tsx';
import { choosePath } from '../../local-files/choose-path.tsx';
import { type FieldsProps, newRow } from './fields.ts';
import { NotShared, useMountProblems } from './mount-problems.tsx';
import type { MountRow } from './run-form.ts';
import classes from './section.module.css';
import { Section } from './section.tsx';

const NEW: Omit<MountRow, 'key'> = { source: '', target: '', readOnly: false };

/** Volumes and bind mounts. */
export function MountFields({ form, suggestions }: FieldsProps) {
  const { mounts } = form.values;
  const wanted = suggestions.volumes.filter((path) => !mounts.some((row) => row.target === path));

  const problems = useMountProblems(mounts);

  async function chooseFolder(index: number): Promise<void> {
    const path = await choosePath({ kind: 'folder', title: 'Folder to share with the container' });
    if (path !== undefined) form.setFieldValue(`mounts.${index}.source`, path);
  }

  function sourceProps(index: number) {
    const input = form.getInputProps(`mounts.${index}.source`);
    const problem = problems.get(mounts[index]?.key ?? '');
    return { ...input, error: input.error ?? (problem && <NotShared {...problem} />) };
  }

  return (
    <Section
      title="Volumes and bind mounts"
      about={mounts.length === 0 ? 'Files that outlive the container' : ''}
      actions={
        <>
          {wanted.slice(0, 2).map((path) => (
            <Button
              key={path}
              size="compact-sm"
              variant="light"
              title="The image stores its data there"
              onClick={() => form.insertListItem('mounts', newRow({ ...NEW, target: path }))}
            >
              Keep {path}
            </Button>
          ))}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem('mounts', newRow(NEW))}
          >
            Add mount
          </Button>
        </>
      }
    >
      {mounts.map((row, index) => (
        <div key={row.key} className={classes.row}>
          <Autocomplete
            className={classes.wide ?? ''}
            aria-label={`Volume or host folder, row ${index + 1}`}
            placeholder="Volume or host folder"
            data={suggestions.volumeNames}
            spellCheck={false}
            rightSection={
              <IconButton
                label={`Choose a folder, row ${index + 1}`}
                tooltip="Choose a folder"
                icon={<IconFolder size={16} />}
                onClick={() => void chooseFolder(index)}
              />
            }
            {...sourceProps(index)}
          />
          <span className={classes.joint}>at</span>
          <TextInput
            className={classes.wide ?? ''}
            aria-label={`Path in the container, row ${index + 1}`}
            placeholder="e.g. /data"
            spellCheck={false}
            {...form.getInputProps(`mounts.${index}.target`)}
          />
          <Checkbox
            className={classes.joint ?? ''}
            size="xs"
            label="Read-only"
            aria-label={`Read-only, row ${index + 1}`}
            {...form.getInputProps(`mounts.${index}.readOnly`, { type: 'checkbox' })}
          />
          <span className={classes.end}>
            <IconButton
              label={`Remove mount row ${index + 1}`}
              tooltip="Remove"
              icon={<IconX size={16} />}
              onClick={() => form.removeListItem('mounts', index)}
            />
          </span>
        </div>
      ))}
    </Section>
  );
}
