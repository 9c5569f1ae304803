import { Button, Group, Loader, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PlannedStep, Project } from '../../../electron/api/projects.ts';
import { ActionBar } from '../../components/action-bar.tsx';
import { Problems } from '../../components/problems.tsx';
import { type LineProblem, YamlEditor } from '../../components/yaml-editor.tsx';
import { client, queryClient } from '../../connection/screen.ts';
import { ChangedOnDisk } from '../../drafts/changed-on-disk.tsx';
import { drafts } from '../../drafts/drafts.ts';
import { UnsavedDot } from '../../drafts/unsaved-dot.tsx';
import { type TextOnDisk, useDocument } from '../../drafts/use-document.ts';
import { PlanDialog } from './plan-dialog.tsx';
import { pageOf } from './project-place.ts';
import { useProjectActions } from './use-project-actions.tsx';

/** Milliseconds that typing has to pause before the text is checked. */
const PAUSE = 250;

/** An editor for the compose file that shows its problems. */
export default function FileTab({ project }: { readonly project: Project }) {
  const { files } = project;
  // A file with a draft comes first: the person comes back for the draft.
  const [file = '', setFile] = useState(
    () => files.find((each) => drafts.get(draftKeyOf(each))) ?? files[0],
  );
  const text = useQuery({
    queryKey: ['compose-file', file],
    queryFn: () => client.projects.text({ file }),
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (text.error) return <Text>{text.error.message}</Text>;
  if (text.data === undefined) return <Loader size={24} />;
  return (
    <>
      {files.length > 1 && (
        <Select
          aria-label="File"
          data={[...files]}
          value={file}
          maw={520}
          allowDeselect={false}
          onChange={(value) => value && setFile(value)}
        />
      )}
      <Editor key={file} project={project} file={file} onDisk={text.data} />
    </>
  );
}

interface EditorProps {
  readonly project: Project;
  readonly file: string;
  readonly onDisk: TextOnDisk;
}

/** The key of a compose file's draft. */
const draftKeyOf = (file: string) => `compose ${file}`;

function Editor({ project, file, onDisk }: EditorProps) {
  const files = [...project.files];
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const document = useDocument({
    key: draftKeyOf(file),
    title: `${name} of ${project.name}`,
    path: file,
    place: pageOf(project.name, 'file'),
    onDisk,
    read: () => client.projects.text({ file }),
    async write(edited, version) {
      const saved = await client.projects.save({ file, text: edited, version });
      void queryClient.invalidateQueries({ queryKey: ['project'] });
      return saved.version;
    },
  });
  const { text, isChanged } = document;
  const [checked] = useDebouncedValue(text, PAUSE);
  const [plan, setPlan] = useState<readonly PlannedStep[]>();
  const actions = useProjectActions(project);
  const { data: content } = useQuery({
    queryKey: ['compose-check', files, file, checked],
    queryFn: () => client.projects.check({ files, file, text: checked }),
    networkMode: 'always',
    placeholderData: (previous) => previous,
    gcTime: 0,
  });
  const problems = content?.problems ?? [];
  const marks = useMemo(
    () =>
      (content?.problems ?? []).flatMap((problem): LineProblem[] =>
        problem.file === file
          ? [{ line: problem.line ?? 1, severity: problem.severity, message: problem.message }]
          : [],
      ),
    [content, file],
  );
  const preview = useMutation({
    mutationFn: () => client.projects.plan({ files, file, text }),
    onSuccess: setPlan,
  });
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  return (
    <>
      <ActionBar>
        <Text size="sm" c="var(--quiet)" truncate aria-live="polite">
          {isChanged ? 'Unsaved changes' : 'Saved'}
          {isChanged && <UnsavedDot />} · {file}
        </Text>
        <Group gap="xs" wrap="nowrap">
          {isChanged && (
            <Button variant="default" onClick={document.discard}>
              Discard changes
            </Button>
          )}
          <Button
            variant="default"
            disabled={!isChanged}
            loading={document.isSaving}
            onClick={document.save}
          >
            Save
          </Button>
          <Button
            disabled={hasErrors}
            loading={preview.isPending || actions.busy}
            onClick={() => preview.mutate()}
          >
            Save and apply…
          </Button>
        </Group>
      </ActionBar>
      <ChangedOnDisk name={name} document={document} />
      <YamlEditor
        key={document.editor}
        label={`Text of ${file}`}
        text={text}
        onChange={document.change}
        onSave={() => isChanged && void document.save()}
        problems={marks}
      />
      <Problems problems={problems} />
      <PlanDialog
        plan={plan}
        onClose={() => setPlan(undefined)}
        onApply={async () => {
          if (isChanged && !(await document.save())) return;
          await actions.up({ removeOrphans: true });
        }}
      />
    </>
  );
}
