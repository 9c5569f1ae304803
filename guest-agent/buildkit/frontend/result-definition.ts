import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { sha256 } from '../../store/digest.ts';
import {
  type DefinitionSchema,
  OpSchema,
} from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';

/** Begins the name of a result in a definition. */
export const REFERENCE = 'berth-ref://';

/**
 * A result as a definition of BuildKit's solver, which clients pass from one target of a bake file
 * to another without reading it. The definition only has the result's name.
 */
export function resultDefinition(id: string): MessageInitShape<typeof DefinitionSchema> {
  const source = toBinary(
    OpSchema,
    create(OpSchema, { op: { case: 'source', value: { identifier: REFERENCE + id } } }),
  );
  const digest = sha256(source);
  const last = toBinary(OpSchema, create(OpSchema, { inputs: [{ digest }] }));
  return { def: [source, last], metadata: { [digest]: {} } };
}
