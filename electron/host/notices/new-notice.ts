import type { Notice } from '../../api/notices.ts';

/** A notice to show. `key` identifies its subject, so that a notice isn't shown twice. */
export interface NewNotice extends Pick<Notice, 'tone' | 'title' | 'text' | 'container'> {
  readonly key: string;
}
