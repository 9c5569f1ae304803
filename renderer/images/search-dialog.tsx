import {
  Badge,
  Button,
  Group,
  Loader,
  Modal,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { IconStar } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SearchResult } from '../../electron/api/images.ts';
import { splitReference } from '../../guest-agent/grammar/reference.ts';
import { explain } from '../connection/failure.ts';
import { client, useImages } from '../connection/screen.ts';
import { Prose } from '../format/prose.tsx';
import classes from './search-dialog.module.css';

interface SearchProps {
  /** The initial search text. */
  readonly term: string;
  readonly onChoose: (name: string) => void;
}

interface SearchDialogProps extends SearchProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Searches a registry for images; the chosen image can then be pulled. */
export function SearchDialog({ opened, onClose, ...props }: SearchDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Search for an image" size="lg" centered>
      <Search {...props} />
    </Modal>
  );
}

function Search({ term: first, onChoose }: SearchProps) {
  const [term, setTerm] = useState(first);
  const search = useMutation({
    mutationFn: (words: string) => client.images.search({ term: words }),
    meta: { quiet: true },
  });
  const failure = search.error && explain(search.error);
  return (
    <>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          // React passes the event on to the form that opened this dialog.
          event.stopPropagation();
          if (term.trim() !== '') search.mutate(term.trim());
        }}
      >
        <TextInput
          className={classes.field ?? ''}
          aria-label="Search term"
          placeholder="Searches Docker Hub. To search another registry, begin with its address."
          value={term}
          spellCheck={false}
          data-autofocus
          onChange={({ currentTarget }) => setTerm(currentTarget.value)}
        />
        <Button type="submit" loading={search.isPending} disabled={term.trim() === ''}>
          Search
        </Button>
      </form>
      {search.isPending && <Loader size={20} mt="md" />}
      {failure && (
        <div role="alert">
          <Text size="sm" c="var(--bad)" mt="md">
            {failure.message}
          </Text>
          {failure.hint && (
            <Text size="sm" c="var(--quiet)" mt={4}>
              <Prose text={failure.hint} />
            </Text>
          )}
        </div>
      )}
      {search.data?.length === 0 && (
        <Text size="sm" c="var(--quiet)" mt="md">
          No images found.
        </Text>
      )}
      {search.data && search.data.length > 0 && (
        <ul className={classes.results} aria-label="Results">
          {search.data.map((result) => (
            <li key={result.name}>
              <Result result={result} onChoose={onChoose} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ResultProps {
  readonly result: SearchResult;
  readonly onChoose: (name: string) => void;
}

function Result({ result, onChoose }: ResultProps) {
  const { name, description, stars, official } = result;
  const isPresent = useImages()?.some(
    ({ reference = '' }) => splitReference(reference).name === name,
  );
  return (
    <UnstyledButton className={classes.result ?? ''} onClick={() => onChoose(name)}>
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" fw={500} truncate>
          {name}
        </Text>
        {official && (
          <Badge size="sm" variant="light" tt="none">
            official
          </Badge>
        )}
        {isPresent && (
          <Badge size="sm" variant="light" color="gray" tt="none">
            pulled
          </Badge>
        )}
        <span className={classes.stars}>
          <IconStar size={13} aria-label="Stars:" />
          {stars.toLocaleString()}
        </span>
      </Group>
      <Text size="sm" c="var(--quiet)" lineClamp={2}>
        {description}
      </Text>
    </UnstyledButton>
  );
}
