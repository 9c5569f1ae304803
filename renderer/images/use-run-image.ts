import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { PullProgress } from '../../electron/api/images.ts';
import { explain } from '../connection/failure.ts';
import { client } from '../connection/screen.ts';

/** Runs an image with a terminal and opens the container. Pulls the image first if necessary. */
export function useRunImage() {
  const [, navigate] = useLocation();
  const [progress, setProgress] = useState<PullProgress>();
  const { mutate, isPending } = useMutation({
    async mutationFn(image: string) {
      const request = { image, tty: true };
      try {
        return await client.containers.run(request);
      } catch (error) {
        if (explain(error).code !== 'not-found') throw error;
      }
      for await (const step of await client.images.pull({ reference: image })) setProgress(step);
      return await client.containers.run(request);
    },
    onSuccess: ({ id }) => navigate(`/containers/${id}`),
    onSettled: () => setProgress(undefined),
  });
  return { run: mutate, running: isPending, progress };
}
