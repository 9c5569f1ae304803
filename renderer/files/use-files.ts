import { useQuery } from '@tanstack/react-query';
import type { FilePlace } from '../../electron/api/files.ts';
import { client, queryClient } from '../connection/screen.ts';

/** The content of a folder; loaded again when the window gets focus. */
export const useFolder = (place: FilePlace, path: string) =>
  useQuery({
    queryKey: ['files', place, path],
    queryFn: ({ signal }) => client.files.list({ place, path }, { signal }),
    networkMode: 'always',
    retry: false,
  });

/** The current content of a file. */
export const useContent = (place: FilePlace, path: string) =>
  useQuery({
    queryKey: ['file', place, path],
    queryFn: ({ signal }) => client.files.read({ place, path }, { signal }),
    networkMode: 'always',
    retry: false,
    gcTime: 0,
    // A file isn't replaced while somebody edits it.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Loads the folders of a container or volume again after a change. */
export const refreshFiles = (place: FilePlace) =>
  queryClient.invalidateQueries({ queryKey: ['files', place] });
