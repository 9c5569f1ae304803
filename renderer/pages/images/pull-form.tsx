import { Button, Select, TextInput } from '@mantine/core';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { isReference } from '../../../guest-agent/grammar/reference.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { SearchDialog } from '../../images/search-dialog.tsx';
import { pullImage } from '../../images/transfer.ts';
import classes from './pull-form.module.css';

const PLATFORMS = [
  { value: '', label: "VM's platform" },
  { value: 'linux/amd64', label: 'linux/amd64' },
  { value: 'linux/arm64', label: 'linux/arm64' },
  { value: 'linux/arm/v7', label: 'linux/arm/v7' },
];

/** Pulls an image by name. The activity panel shows the progress. */
export function PullForm() {
  const { value: reference, set: setReference } = useDraftState({ key: 'pull', initial: '' });
  const [platform, setPlatform] = useState('');
  const [searching, setSearching] = useState(false);
  const [refused, setRefused] = useState(false);
  const name = reference.trim();
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name === '') return;
        if (!isReference(name)) {
          setRefused(true);
          return;
        }
        setReference('');
        void pullImage(name, platform);
      }}
    >
      <TextInput
        className={classes.field ?? ''}
        aria-label="Image to pull"
        placeholder="e.g. alpine:3.22"
        value={reference}
        spellCheck={false}
        autoComplete="off"
        error={
          refused &&
          "This isn't a valid image name. Use lower case, as in registry.example/team/app:1."
        }
        onChange={(event) => {
          setRefused(false);
          setReference(event.currentTarget.value);
        }}
      />
      <Select
        className={classes.platform ?? ''}
        aria-label="Platform of the image"
        data={PLATFORMS}
        value={platform}
        allowDeselect={false}
        onChange={(value) => setPlatform(value ?? '')}
      />
      <Button type="submit" leftSection={<IconDownload size={16} />} disabled={name === ''}>
        Pull
      </Button>
      <Button
        variant="default"
        leftSection={<IconSearch size={16} />}
        onClick={() => setSearching(true)}
      >
        Search…
      </Button>
      <SearchDialog
        opened={searching}
        term={name}
        onClose={() => setSearching(false)}
        onChoose={(chosen) => {
          setSearching(false);
          setReference(chosen);
        }}
      />
    </form>
  );
}
