import * as z from 'zod';

/*
 * Messages about published ports on the guest's ports socket, one JSON document per line, over one
 * persistent connection. The host reports open ports. The guest asks before a container starts, and
 * the host answers each question by its number.
 */

/**
 * The containers whose published ports are open on the host, or are known to fail. Each report
 * replaces the previous one.
 */
const reportSchema = z.object({ containers: z.array(z.string()) });
export type HostPortsReport = z.infer<typeof reportSchema>;

/** A port that a container is about to publish. */
export const askedPortSchema = z.object({
  protocol: z.string(),
  hostIp: z.string(),
  hostPort: z.int(),
});
export type AskedPort = z.infer<typeof askedPortSchema>;

/** Asks whether the host could open all of these ports. */
export const portsQuestionSchema = z.object({
  question: z.int(),
  ports: z.array(askedPortSchema),
});
export type PortsQuestion = z.infer<typeof portsQuestionSchema>;

/** The first port that the host couldn't open, and the reason in Docker's words. */
export const portRefusalSchema = z.object({ port: askedPortSchema, reason: z.string() });
export type PortRefusal = z.infer<typeof portRefusalSchema>;

const answerSchema = z.object({ answer: z.int(), refusal: portRefusalSchema.optional() });
export type PortsAnswer = z.infer<typeof answerSchema>;

/** A message of the host. */
export const hostPortsSchema = z.union([reportSchema, answerSchema]);
