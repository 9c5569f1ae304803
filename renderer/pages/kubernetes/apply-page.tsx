import { Button } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Page } from '../../components/page.tsx';
import { client } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { choosePath } from '../../local-files/choose-path.tsx';
import { ALL, useChosenNamespace, useRememberedContext } from './cluster-memory.ts';
import { ManifestEditor } from './manifest-editor.tsx';
import { viewOf } from './places.ts';

/** Manifests that a person pastes or opens, and applies to a cluster. */
export default function ApplyPage({ context }: { readonly context: string }) {
  useRememberedContext(context);
  const [, navigate] = useLocation();
  const [chosen] = useChosenNamespace(context);
  // Secrets may be in the text, so it stays in memory.
  const draft = useDraftState({
    key: `kubernetes apply ${context}`,
    initial: { text: '' },
    persisted: () => null,
  });
  const [opened, setOpened] = useState(0);
  const open = useMutation({
    async mutationFn() {
      const path = await choosePath({ kind: 'file', title: 'Open a file of manifests' });
      if (path === undefined) return;
      draft.set({ text: await client.kube.manifests.open({ path }) });
      setOpened((before) => before + 1);
    },
  });
  const namespace = chosen === ALL ? undefined : chosen;
  return (
    <Page fills title="Apply manifests" summary={`Context ${context}`}>
      <ManifestEditor
        request={{ context, namespace, text: draft.value.text }}
        editorKey={String(opened)}
        label="Manifests"
        what="Manifests"
        onChange={(text) => draft.set({ text })}
        onApplied={() => {
          draft.forget();
          navigate(viewOf(context));
        }}
      >
        <Button
          variant="default"
          leftSection={<IconFolderOpen size={16} />}
          loading={open.isPending}
          onClick={() => open.mutate()}
        >
          Open file…
        </Button>
      </ManifestEditor>
    </Page>
  );
}
