import * as z from 'zod';

/*
 * About published ports, on the guest's ports socket, one JSON document a line each way, over one
 * connection that stays. The host reports; the guest asks before a container begins, and the host
 * answers each question by its number.
 */

/**
 * The containers whose published ports are open on the host by now, or are known not to be. Each
 * report replaces the one before.
 */
const reportSchema = z.object({ containers: z.array(z.string()) });
export type HostPortsReport = z.infer<typeof reportSchema>;

/** A port that a container is going to publish. */
export const askedPortSchema = z.object({
  protocol: z.string(),
  hostIp: z.string(),
  hostPort: z.int(),
});
export type AskedPort = z.infer<typeof askedPortSchema>;

/** Whether the host could open all of these. */
export const portsQuestionSchema = z.object({
  question: z.int(),
  ports: z.array(askedPortSchema),
});
export type PortsQuestion = z.infer<typeof portsQuestionSchema>;

/** The first one that it could not, and why, in Docker's words. */
export const portRefusalSchema = z.object({ port: askedPortSchema, reason: z.string() });
export type PortRefusal = z.infer<typeof portRefusalSchema>;

const answerSchema = z.object({ answer: z.int(), refusal: portRefusalSchema.optional() });
export type PortsAnswer = z.infer<typeof answerSchema>;

/** What the host says. */
export const hostPortsSchema = z.union([reportSchema, answerSchema]);
