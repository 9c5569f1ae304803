import { Button, Group, Loader, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PlannedStep, Project } from '../../../electron/api/projects.ts';
import { type LineProblem, YamlEditor } from '../../components/yaml-editor.tsx';
import { client, queryClient } from '../../connection/screen.ts';
import { PlanDialog } from './plan-dialog.tsx';
import { Problems } from './problems.tsx';
import classes from './projects.module.css';
import { useProjectActions } from './use-project-actions.tsx';

/** How long typing has to pause before the text is checked, in milliseconds. */
const PAUSE = 250;

/** The compose file, edited with its problems in sight. */
export default function FileTab({ project }: { readonly project: Project }) {
  const { files } = project;
  const [file = '', setFile] = useState(files[0]);
  const text = useQuery({
    queryKey: ['compose-file', file],
    queryFn: () => client.projects.text({ file }),
    networkMode: 'always',
    // Typing must not be overtaken by what is on disk.
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
      <Editor key={file} project={project} file={file} saved={text.data} />
    </>
  );
}

interface EditorProps {
  readonly project: Project;
  readonly file: string;
  readonly saved: string;
}

function Editor({ project, file, saved }: EditorProps) {
  const files = [...project.files];
  const [text, setText] = useState(saved);
  const [onDisk, setOnDisk] = useState(saved);
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
  const save = useMutation({
    async mutationFn() {
      await client.projects.save({ file, text });
      setOnDisk(text);
      void queryClient.invalidateQueries({ queryKey: ['project'] });
    },
  });
  const preview = useMutation({
    mutationFn: () => client.projects.plan({ files, file, text }),
    onSuccess: setPlan,
  });
  const isChanged = text !== onDisk;
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  return (
    <>
      <div className={classes.bar}>
        <Text size="sm" c="var(--quiet)" truncate aria-live="polite">
          {isChanged ? 'Not saved yet' : 'Saved'} · {file}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="default"
            disabled={!isChanged}
            loading={save.isPending}
            onClick={() => save.mutate()}
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
      </div>
      <YamlEditor
        label={`Text of ${file}`}
        text={saved}
        onChange={setText}
        onSave={() => save.mutate()}
        problems={marks}
      />
      <Problems problems={problems} />
      <PlanDialog
        plan={plan}
        onClose={() => setPlan(undefined)}
        onApply={async () => {
          await save.mutateAsync();
          await actions.up({ removeOrphans: true });
        }}
      />
    </>
  );
}
