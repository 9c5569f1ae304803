import type { UseFormReturnType } from '@mantine/form';
import { randomId } from '@mantine/hooks';
import type { RunSuggestions } from '../../../electron/api/run.ts';
import type { RunForm } from './run-form.ts';

/** The props of each group of fields. */
export interface FieldsProps {
  readonly form: UseFormReturnType<RunForm>;
  readonly suggestions: RunSuggestions;
}

/** A row with a key of its own. */
export const newRow = <Fields extends object>(fields: Fields) => ({ key: randomId(), ...fields });
