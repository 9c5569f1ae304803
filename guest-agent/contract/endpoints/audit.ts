import * as z from 'zod';

/** The parts of the engine that `GET /audit` checks, in this order. */
export const auditTopics = [
  'containers',
  'networks',
  'volumes',
  'images',
  'layers',
  'builds',
  'kubernetes',
] as const;

/** Something that doesn't match, found by `GET /audit`. */
export const auditFindingSchema = z.object({
  Topic: z.enum(auditTopics),
  /**
   * `lost`: acknowledged data is gone. `damaged`: data can't be trusted. `mismatch`: a record and
   * reality differ. `orphan`: something exists that nothing owns.
   */
  Kind: z.enum(['lost', 'damaged', 'mismatch', 'orphan']),
  /** What it is about, as in "container web". */
  About: z.string(),
  /** What is wrong, for display. */
  Message: z.string(),
  /** What the user can do about it. */
  Hint: z.string(),
});
export type EngineAuditFinding = z.infer<typeof auditFindingSchema>;

/** A line of `GET /audit`: a finding, or a topic that is done with the number of checked objects. */
export const auditLineSchema = z.union([
  z.object({ Finding: auditFindingSchema }),
  z.object({ Topic: z.enum(auditTopics), Checked: z.int() }),
]);
export type EngineAuditLine = z.infer<typeof auditLineSchema>;
