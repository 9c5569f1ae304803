import { Button, Group, TextInput } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { runPlace } from '../../images/place.ts';
import { FormOfImage } from './form-of-image.tsx';

/** The form that runs an image. Without an image, it asks for one. */
export function RunPage({ image }: { readonly image: string }) {
  if (image === '') return <Which />;
  return (
    <Page fills title={`Run ${image}`} summary="Empty fields use the image's defaults">
      <FormOfImage image={image} />
    </Page>
  );
}

function Which() {
  const [, navigate] = useLocation();
  const draft = useDraftState({ key: 'run', initial: '' });
  const name = draft.value;
  return (
    <Page title="Run an image">
      <Notice icon={<IconStack2 size={32} stroke={1.5} />} title="Which image do you want to run?">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() === '') return;
            draft.forget();
            navigate(runPlace(name.trim()));
          }}
        >
          <Group gap="xs">
            <TextInput
              aria-label="Image to run"
              placeholder="nginx:1"
              value={name}
              spellCheck={false}
              autoFocus
              onChange={({ currentTarget }) => draft.set(currentTarget.value)}
            />
            <Button type="submit" disabled={name.trim() === ''}>
              Continue
            </Button>
          </Group>
        </form>
      </Notice>
    </Page>
  );
}
