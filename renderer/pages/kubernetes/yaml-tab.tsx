import { Alert, Button, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { KubeRef } from '../../../electron/api/kube/place.ts';
import { client } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { ManifestEditor } from './manifest-editor.tsx';

/** The YAML of an object, which can be edited. */
export default function YamlTab({ object }: { readonly object: KubeRef }) {
  const [round, setRound] = useState(0);
  const query = useQuery({
    queryKey: ['kube-object', object, round],
    queryFn: () => client.kube.manifests.object(object),
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (query.error) return <Text role="alert">{query.error.message}</Text>;
  if (query.data === undefined) return <Loader size={24} />;
  return (
    <Editor
      key={query.data.version}
      object={object}
      read={query.data}
      onReload={() => setRound((before) => before + 1)}
    />
  );
}

interface EditorProps {
  readonly object: KubeRef;
  readonly read: { readonly text: string; readonly version: string };
  readonly onReload: () => void;
}

function Editor({ object, read, onReload }: EditorProps) {
  const { context, kind, namespace, name } = object;
  // A Secret's values may be in the text, so it stays in memory.
  const draft = useDraftState({
    key: `kubernetes ${JSON.stringify(object)}`,
    initial: { ...read },
    persisted: () => null,
  });
  const { text, version } = draft.value;
  const [start, setStart] = useState(0);
  const isOlder = draft.isChanged && version !== read.version;
  const discard = () => {
    draft.forget();
    setStart((before) => before + 1);
    onReload();
  };
  return (
    <>
      {isOlder && (
        <Alert color="yellow" variant="light" mb="sm" role="alert">
          The object has changed in the cluster since you began to edit it. Discard your changes to
          see the new version.
        </Alert>
      )}
      <ManifestEditor
        request={{ context, namespace, text, edited: { ...object, version } }}
        editorKey={String(start)}
        label={`YAML of ${kind} ${name}`}
        what={name}
        onChange={(changed) => draft.set({ text: changed, version })}
        onApplied={discard}
      >
        {draft.isChanged && (
          <Button variant="default" onClick={discard}>
            Discard changes
          </Button>
        )}
      </ManifestEditor>
    </>
  );
}
