import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { PullProgress } from '../../../electron/api/images.ts';
import { client } from '../../connection/screen.ts';
import { PullBar } from './pull-bar.tsx';
import classes from './pull-form.module.css';

/** Pulls an image by name, and tells how it goes. */
export function PullForm() {
  const [reference, setReference] = useState('');
  const [progress, setProgress] = useState<PullProgress>();
  const pull = useMutation({
    async mutationFn(name: string) {
      for await (const step of await client.images.pull({ reference: name })) setProgress(step);
    },
    onSuccess: (_result, name) => {
      setReference('');
      notifications.show({ message: `${name} is here` });
    },
    onSettled: () => setProgress(undefined),
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        pull.mutate(reference.trim());
      }}
    >
      <div className={classes.line}>
        <TextInput
          className={classes.field ?? ''}
          aria-label="Image to pull"
          placeholder="Image to pull, such as alpine:3.22"
          value={reference}
          disabled={pull.isPending}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setReference(event.currentTarget.value)}
        />
        <Button
          type="submit"
          leftSection={<IconDownload size={16} />}
          loading={pull.isPending}
          disabled={reference.trim() === ''}
        >
          Pull
        </Button>
      </div>
      {pull.isPending && <PullBar progress={progress} />}
    </form>
  );
}
