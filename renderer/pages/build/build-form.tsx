import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconFolder, IconHammer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { BuildRequest } from '../../../electron/api/builds.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { client } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { choosePath } from '../../local-files/choose-path.tsx';
import classes from './build.module.css';
import { startBuild } from './running-builds.ts';

interface Fields {
  directory: string;
  dockerfile: string | null;
  tag: string;
  args: string;
  target: string | null;
  platform: string | null;
  noCache: boolean;
  pull: boolean;
}

const EMPTY: Fields = {
  ...{ directory: '', dockerfile: null, tag: '', args: '' },
  ...{ target: null, platform: null, noCache: false, pull: false },
};

const PLATFORMS = ['linux/amd64', 'linux/arm64'];

/** What to build, and how. */
export function BuildForm() {
  const [, navigate] = useLocation();
  const draft = useDraftState<Fields>({
    key: 'build',
    initial: EMPTY,
    // Build arguments may be secrets.
    persisted: (fields) => ({ ...fields, args: '' }),
  });
  const form = useForm<Fields>({
    initialValues: draft.value,
    onValuesChange: draft.set,
    validate: {
      directory: (path) => (path ? null : 'Choose a folder to build'),
      args: (text) => (argumentsIn(text) ? null : 'One argument per line: NAME=value'),
    },
  });
  const { directory, dockerfile } = form.values;
  const { data: folder } = useQuery({
    queryKey: ['build-folder', directory, dockerfile],
    queryFn: () => client.builds.folder({ directory, ...(dockerfile && { dockerfile }) }),
    enabled: directory !== '',
    networkMode: 'always',
    retry: false,
  });
  const choose = async () => {
    const path = await choosePath({ kind: 'folder', title: 'Folder to build' });
    if (path === undefined) return;
    form.setValues({ directory: path, dockerfile: null, target: null });
    if (form.values.tag === '') form.setFieldValue('tag', tagFor(path));
  };
  const hint = folder?.args.map(({ name, value = '' }) => `${name}=${value}`).join('\n');
  return (
    <form
      className={classes.form}
      aria-label="New build"
      onSubmit={form.onSubmit((values) => {
        draft.forget();
        navigate(`/build/running/${startBuild(requestOf(values))}`);
      })}
    >
      <div className={`${classes.wide} ${classes.folder}`}>
        <TextInput
          label="Folder"
          description="The build context: files that the Dockerfile can copy"
          placeholder="/path/to/the/project"
          {...form.getInputProps('directory')}
        />
        <Button variant="default" leftSection={<IconFolder size={16} />} onClick={choose}>
          Choose folder…
        </Button>
      </div>
      <Select
        label="Dockerfile"
        placeholder={folder?.dockerfiles.length === 0 ? 'none in this folder' : 'Dockerfile'}
        data={folder?.dockerfiles ?? []}
        clearable
        {...form.getInputProps('dockerfile')}
      />
      <TextInput label="Tag" placeholder="name:tag" {...form.getInputProps('tag')} />
      <Select
        label="Stage"
        placeholder="last stage"
        data={[...new Set(folder?.stages)]}
        clearable
        {...form.getInputProps('target')}
      />
      <Textarea
        label="Build arguments"
        description="One per line"
        placeholder={hint || 'NAME=value'}
        autosize
        minRows={1}
        maxRows={5}
        {...form.getInputProps('args')}
      />
      <Select
        label="Platform"
        placeholder="VM's platform"
        data={PLATFORMS}
        clearable
        {...form.getInputProps('platform')}
      />
      <div className={classes.foot}>
        <Checkbox
          label="Don't use the cache"
          {...form.getInputProps('noCache', { type: 'checkbox' })}
        />
        <Checkbox
          label="Pull newer base images"
          {...form.getInputProps('pull', { type: 'checkbox' })}
        />
        <Button type="submit" leftSection={<IconHammer size={16} />}>
          Build
        </Button>
      </div>
    </form>
  );
}

function requestOf(values: Fields): BuildRequest {
  const { directory, dockerfile, tag, args, target, platform, noCache, pull } = values;
  const given = argumentsIn(args) ?? {};
  return {
    directory,
    ...(dockerfile && { dockerfile }),
    ...(tag && { tag }),
    ...(Object.keys(given).length > 0 && { args: given }),
    ...(target && { target }),
    ...(platform && { platform }),
    ...(noCache && { noCache }),
    ...(pull && { pull }),
  };
}

/** Undefined when a line isn't valid. */
function argumentsIn(text: string): Record<string, string> | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (!lines.every((line) => /^\s*\w+=/.test(line))) return undefined;
  return Object.fromEntries(
    lines.map((line) => {
      const [name, value = ''] = splitEntry(line);
      return [name.trim(), value];
    }),
  );
}

/** A tag that the folder's name suggests. */
const tagFor = (path: string) =>
  path
    .replace(/^.*[\\/]/, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
