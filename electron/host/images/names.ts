import type { ImageSummary } from '../engine/images.ts';

const NAMELESS = '<none>:<none>';

/** The `repository:tag` names of an image, without the placeholder that some engines list. */
export const namesOf = ({ RepoTags }: Pick<ImageSummary, 'RepoTags'>): string[] =>
  RepoTags.filter((name) => name !== NAMELESS);
