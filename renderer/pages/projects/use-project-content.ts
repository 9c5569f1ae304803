import { useQuery } from '@tanstack/react-query';
import type { Project } from '../../../electron/api/projects.ts';
import { client } from '../../connection/screen.ts';

/** The content of the project's files. Undefined while it is read, and without files. */
export function useProjectContent({ files }: Pick<Project, 'files'>) {
  const { data, isLoading } = useQuery({
    queryKey: ['project', files],
    queryFn: () => client.projects.read({ files: [...files] }),
    enabled: files.length > 0,
    networkMode: 'always',
  });
  return { content: data, isLoading };
}
