import { Button, Loader, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { KubePlan } from '../../../electron/api/kube/manifests.ts';
import { ActionBar } from '../../components/action-bar.tsx';
import { Problems } from '../../components/problems.tsx';
import { YamlEditor } from '../../components/yaml-editor.tsx';
import { explain } from '../../connection/failure.ts';
import { applyManifests } from './apply-manifests.ts';
import { summaryOf } from './change-list.tsx';
import classes from './kubernetes.module.css';
import { ReviewDialog } from './review-dialog.tsx';
import { type ManifestRequest, usePlan } from './use-plan.ts';

interface ManifestEditorProps {
  readonly request: ManifestRequest;
  /** A new value starts the editor again with the text. */
  readonly editorKey: string;
  readonly label: string;
  /** What is applied, for messages. */
  readonly what: string;
  readonly onChange: (text: string) => void;
  readonly onApplied: () => void;
  /** Further buttons. */
  readonly children?: ReactNode;
}

/** An editor that marks what is wrong, and applies the text after a look at the changes. */
export function ManifestEditor(props: ManifestEditorProps) {
  const { request, editorKey, label, what, onChange, onApplied, children } = props;
  const { plan, problems, marks, error, isAsking } = usePlan(request);
  const [reviewed, review] = useState<KubePlan>();
  const [isApplying, setApplying] = useState(false);
  const hasChanges = plan?.changes.some(({ change }) => change !== 'none') ?? false;
  const canApply = plan !== undefined && (hasChanges || plan.conflicts.length > 0);
  return (
    <div className={classes.filling}>
      <ActionBar>
        <Text size="sm" c="var(--quiet)" aria-live="polite">
          {isAsking && <Loader size={12} mr={8} />}
          {statusOf({ isAsking, plan, hasProblems: problems.length > 0, text: request.text })}
        </Text>
        {children}
        <Button
          disabled={!canApply || problems.length > 0}
          loading={isApplying}
          onClick={() => review(plan)}
        >
          Review changes…
        </Button>
      </ActionBar>
      <YamlEditor
        key={editorKey}
        label={label}
        text={request.text}
        onChange={onChange}
        onSave={() => canApply && problems.length === 0 && review(plan)}
        problems={marks}
      />
      <Problems problems={problems} />
      {error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {explain(error).message}
        </Text>
      )}
      <ReviewDialog
        context={request.context}
        plan={reviewed}
        onClose={() => review(undefined)}
        onApply={async (options) => {
          review(undefined);
          setApplying(true);
          const isDone = await applyManifests({ ...request, ...options }, what);
          setApplying(false);
          if (isDone) onApplied();
        }}
      />
    </div>
  );
}

interface Status {
  readonly isAsking: boolean;
  readonly plan: KubePlan | undefined;
  readonly hasProblems: boolean;
  readonly text: string;
}

function statusOf({ isAsking, plan, hasProblems, text }: Status): string {
  if (text.trim() === '') return 'Paste manifests, or open a file.';
  if (isAsking) return 'Asking the cluster…';
  if (hasProblems) return 'The cluster would refuse this.';
  if (plan && plan.conflicts.length > 0) return 'Other programs own some of these fields.';
  return plan ? summaryOf(plan.changes) || 'No objects' : '';
}
