import { Alert, Button, Group, Loader, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Container, ContainerEdit } from '../../../electron/api/containers.ts';
import type { RunSuggestions } from '../../../electron/api/run.ts';
import { Page } from '../../components/page.tsx';
import { explain } from '../../connection/failure.ts';
import { client, useContainers } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { changesOf, editOfForm, formOfEdit } from './edit-form.ts';
import { EnvFields } from './env-fields.tsx';
import classes from './form-of-image.module.css';
import { MountFields } from './mount-fields.tsx';
import { PortFields } from './port-fields.tsx';
import { reviewEdit } from './review-edit.tsx';
import type { RunForm } from './run-form.ts';
import sectionClasses from './section.module.css';
import { Section } from './section.tsx';
import { validateForm } from './validate-form.ts';

/** Changes what only a new container can have: its image, ports, mounts, variables and command. */
export function EditPage({ id }: { readonly id: string }) {
  const container = useContainers()?.find((each) => each.id === id);
  const { data, error } = useQuery({
    queryKey: ['container-edit', id],
    queryFn: async () => {
      const before = await client.containers.editable({ id });
      return { before, suggestions: await client.run.suggestions({ image: before.image }) };
    },
    networkMode: 'always',
    gcTime: 0,
    // What is typed must not be replaced.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <Page
      fills
      parent={{ title: 'Containers', href: '/containers' }}
      title={container ? `Edit ${container.name}` : ''}
      summary="Berth replaces the container with a new one that has your changes"
    >
      {error && (
        <Alert color="red" variant="light" role="alert">
          {explain(error).message}
        </Alert>
      )}
      {!error && !(container && data) && <Loader size={24} />}
      {container && data && <EditForm container={container} {...data} />}
    </Page>
  );
}

interface EditFormProps {
  readonly container: Container;
  readonly before: ContainerEdit;
  readonly suggestions: RunSuggestions;
}

function EditForm({ container, before, suggestions }: EditFormProps) {
  const [, navigate] = useLocation();
  const [image, setImage] = useState(before.image);
  const place = `/containers/${container.id}`;
  const draft = useDraftState<RunForm>({
    key: `edit ${container.id}`,
    initial: formOfEdit(before),
    // Variables are often secrets, and an edit without them would remove them.
    persisted: () => null,
  });
  const form = useForm<RunForm>({
    initialValues: draft.value,
    onValuesChange: draft.set,
    validate: validateForm,
    validateInputOnBlur: true,
  });
  const edit = editOfForm(image, form.values, before);
  const changes = changesOf(before, edit);

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit(() => {
        if (changes === undefined) return;
        reviewEdit({
          ...{ container, before, edit, changes },
          onDone: (successor) => {
            draft.forget();
            navigate(`/containers/${successor}`);
          },
        });
      })}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard. */}
      <section className={classes.fields} aria-label="Options" tabIndex={0}>
        {container.project !== undefined && (
          <Alert variant="light" color="gray" p="sm">
            This container belongs to the project {container.project}. When you start the project
            again, it gets back what the Compose file says. To keep a change, edit the file.
          </Alert>
        )}
        <Section title="Container">
          <div className={sectionClasses.row}>
            <TextInput
              className={sectionClasses.wide ?? ''}
              label="Image"
              value={image}
              spellCheck={false}
              onChange={({ currentTarget }) => setImage(currentTarget.value)}
            />
            <TextInput
              className={sectionClasses.wide ?? ''}
              label="Command"
              placeholder={suggestions.command.join(' ') || "Image's default"}
              spellCheck={false}
              {...form.getInputProps('command')}
            />
          </div>
        </Section>
        <PortFields
          form={form}
          suggestions={suggestions}
          own={container.ports.map(({ port }) => port)}
        />
        <MountFields form={form} suggestions={suggestions} />
        <EnvFields form={form} />
      </section>
      <div className={classes.foot}>
        <Group gap="xs">
          <Button
            type="submit"
            size="md"
            disabled={changes === undefined || image.trim() === '' || form.submitting}
          >
            Review changes…
          </Button>
          <Button
            size="md"
            variant="default"
            onClick={() => {
              draft.forget();
              navigate(place);
            }}
          >
            Cancel
          </Button>
        </Group>
      </div>
    </form>
  );
}
