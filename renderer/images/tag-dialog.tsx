import { Button, Group, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Image } from '../../electron/api/images.ts';
import { explain } from '../connection/failure.ts';
import { client } from '../connection/screen.ts';
import { nameOf, referenceOf } from './image-name.ts';

/** Asks for another tag of the image. */
export function askTag(image: Image): void {
  const id = modals.open({
    title: `Add a tag to ${nameOf(image)}`,
    children: <TagForm image={image} onDone={() => modals.close(id)} />,
  });
}

function TagForm({ image, onDone }: { readonly image: Image; readonly onDone: () => void }) {
  const [name, setName] = useState(image.reference ?? '');
  const tag = useMutation({
    mutationFn: () => client.images.tag({ reference: referenceOf(image), name: name.trim() }),
    onSuccess: onDone,
    // The field shows the problem.
    meta: { quiet: true },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        tag.mutate();
      }}
    >
      <TextInput
        label="Tag"
        description="Begin with a registry's address to push there, e.g. registry.example.com/team/app:1.0"
        value={name}
        error={tag.error && explain(tag.error).message}
        spellCheck={false}
        data-autofocus
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Group justify="flex-end" mt="lg">
        <Button
          type="submit"
          loading={tag.isPending}
          disabled={name.trim() === '' || name.trim() === image.reference}
        >
          Add tag
        </Button>
      </Group>
    </form>
  );
}
