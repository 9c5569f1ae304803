import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RunSuggestions } from '../../../electron/api/run.ts';
import { type Explained, explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { Prose } from '../../format/prose.tsx';
import { PendingBanner } from '../../machine/pending-banner.tsx';
import { BasicFields } from './basic-fields.tsx';
import { CommandPreview } from './command-preview.tsx';
import { EnvFields } from './env-fields.tsx';
import classes from './form-of-image.module.css';
import { MoreFields } from './more-fields.tsx';
import { MountFields } from './mount-fields.tsx';
import { PortFields } from './port-fields.tsx';
import { refusedField } from './refused-field.ts';
import { forgetForm, rememberedForm, rememberForm, withoutValues } from './remembered.ts';
import { EMPTY_FORM, type RunForm, toRequest } from './run-form.ts';
import { startRun } from './start-run.tsx';
import { validateForm } from './validate-form.ts';

interface FormOfImageProps {
  readonly image: string;
  /** The content at first, instead of the options of the last run. */
  readonly start?: StartContent;
}

/** What a form begins with. */
export interface StartContent {
  /** Names the draft of this form. */
  readonly key: string;
  readonly form: RunForm;
  /** Called once the container runs. */
  readonly onStarted?: (form: RunForm) => void;
}

export function FormOfImage({ image, start }: FormOfImageProps) {
  const { data: suggestions, error } = useQuery({
    queryKey: ['run-suggestions', image],
    queryFn: () => client.run.suggestions({ image }),
    networkMode: 'always',
    retry: false,
  });
  if (error) return <Refusal failure={explain(error)} />;
  if (!suggestions) return <Loader size={24} />;
  return <Form image={image} suggestions={suggestions} start={start} />;
}

interface FormProps {
  readonly image: string;
  readonly start: StartContent | undefined;
  readonly suggestions: RunSuggestions;
}

function Form({ image, suggestions, start }: FormProps) {
  const [, navigate] = useLocation();
  const [remembered, setRemembered] = useState(() => (start ? undefined : rememberedForm(image)));
  const [failure, setFailure] = useState<Explained>();
  const draft = useDraftState<RunForm>({
    key: start?.key ?? `run ${image}`,
    initial: start?.form ?? remembered ?? EMPTY_FORM,
    persisted: withoutValues,
  });
  const form = useForm<RunForm>({
    initialValues: draft.value,
    onValuesChange: (values) => {
      draft.set(values);
      // The cause may be corrected.
      setFailure(undefined);
    },
    validate: validateForm,
    validateInputOnBlur: true,
  });

  async function run(values: RunForm): Promise<void> {
    setFailure(undefined);
    try {
      const request = toRequest(image, values);
      const started = await startRun(request, suggestions.present);
      if (!started) return;
      // The next container of a recipe needs a name and ports of its own.
      if (!start) rememberForm(image, values);
      start?.onStarted?.(values);
      draft.forget();
      navigate(`/containers/${started.id}${request.tty ? '' : '/logs'}`);
    } catch (error) {
      const explained = explain(error);
      const field = refusedField(explained, values);
      if (field) form.setFieldError(field.path, field.message);
      // The field's text is shorter than the engine's.
      setFailure(field ? { ...explained, message: field.message } : explained);
    }
  }

  /** Also finds a folded field, which is opened first. */
  function showFirst(errors: typeof form.errors): void {
    const [first] = Object.keys(errors);
    if (first) setTimeout(() => form.getInputNode(first)?.focus(), 0);
  }

  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit(run, showFirst)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard. */}
      <section className={classes.fields} aria-label="Options" tabIndex={0}>
        {!suggestions.present && (
          <Alert variant="light" color="gray" p="sm">
            This image isn't in the VM yet. Berth will pull it first.
          </Alert>
        )}
        <PendingBanner only={['sharedFolders']} />
        {remembered && (
          <Group gap="xs">
            <Text size="sm" c="var(--quiet)">
              Filled in with the options from the last run.
              {remembered.env.some(({ value }) => value === '') &&
                ' Variable values are forgotten when you close the window. Enter them again.'}
            </Text>
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => {
                forgetForm(image);
                setRemembered(undefined);
                form.setValues(EMPTY_FORM);
                draft.forget();
              }}
            >
              Reset options
            </Button>
          </Group>
        )}
        <BasicFields form={form} suggestions={suggestions} />
        <PortFields form={form} suggestions={suggestions} />
        <MountFields form={form} suggestions={suggestions} />
        <EnvFields form={form} />
        <MoreFields form={form} suggestions={suggestions} />
      </section>
      <div className={classes.foot}>
        {failure && <Refusal failure={failure} />}
        {/** The activity panel is on the right: it must not cover the button. */}
        <div className={classes.footLine}>
          <Button
            type="submit"
            size="md"
            loading={form.submitting}
            leftSection={<IconPlayerPlayFilled size={17} />}
          >
            Run
          </Button>
          <CommandPreview request={toRequest(image, form.values)} />
        </div>
      </div>
    </form>
  );
}

function Refusal({ failure }: { readonly failure: Explained }) {
  return (
    <Alert color="red" variant="light" p="sm" role="alert">
      {failure.message}
      {failure.hint && (
        <Text size="sm" mt={2}>
          <Prose text={failure.hint} />
        </Text>
      )}
    </Alert>
  );
}
