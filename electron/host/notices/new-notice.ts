import type { Notice } from '../../api/notices.ts';

/** A notice to show. `key` names its subject, so that nothing is shown twice. */
export interface NewNotice extends Pick<Notice, 'tone' | 'title' | 'text' | 'container'> {
  readonly key: string;
}
