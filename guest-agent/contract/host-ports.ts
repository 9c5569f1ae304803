import * as z from 'zod';

/*
 * Messages about published ports on the guest's ports socket, one JSON document per line, over one
 * persistent connection. The host reports open ports. The guest asks before a container starts, and
 * the host answers each question by its number. The guest also names ports of its own, for Services
 * of Kubernetes.
 */

/** A port that a container is about to publish. */
export const askedPortSchema = z.object({
  protocol: z.string(),
  hostIp: z.string(),
  hostPort: z.int(),
});
export type AskedPort = z.infer<typeof askedPortSchema>;

/** A port of the guest's own, for a Service or an Ingress of Kubernetes. */
const localPortSchema = askedPortSchema.extend({
  /** For people, such as `service default/web`. */
  name: z.string(),
  /** As seen from inside the guest. */
  target: z.object({ host: z.string(), port: z.int() }),
});
export type LocalPort = z.infer<typeof localPortSchema>;

/** The guest wants exactly these ports of its own, in addition to those of containers. */
export const localPortsSchema = z.object({ local: z.array(localPortSchema) });
export type LocalPorts = z.infer<typeof localPortsSchema>;

/** A port of the guest's own that the host has opened, or the problem that kept it closed. */
const localOutcomeSchema = askedPortSchema.extend({ problem: z.string().optional() });
export type LocalOutcome = z.infer<typeof localOutcomeSchema>;

/**
 * The containers whose published ports are open on the host, or are known to fail, and the ports of
 * the guest's own. Each report replaces the previous one.
 */
const reportSchema = z.object({
  containers: z.array(z.string()),
  local: z.array(localOutcomeSchema).optional(),
});
export type HostPortsReport = z.infer<typeof reportSchema>;

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

/** A message of the guest. */
export const guestPortsSchema = z.union([portsQuestionSchema, localPortsSchema]);

/** A message of the host. */
export const hostPortsSchema = z.union([reportSchema, answerSchema]);
