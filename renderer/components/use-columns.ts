import { useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
import type { ListColumn } from './list-column.ts';

/** The columns that the window has room for: a narrow one goes without those of the named titles. */
export function useColumns<T>(
  columns: readonly ListColumn<T>[],
  dropped: readonly string[],
): readonly ListColumn<T>[] {
  const narrow = useMediaQuery('(max-width: 1000px)');
  return useMemo(
    () => (narrow ? columns.filter(({ title }) => !dropped.includes(title)) : columns),
    [columns, dropped, narrow],
  );
}
