import { EngineError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { publishContainerEvent } from './event.ts';
import type { LiveContainer } from './live-container.ts';
import { parseName } from './name.ts';

export async function renameContainer(
  engine: Engine,
  container: LiveContainer,
  name: string,
): Promise<void> {
  if (name === '') throw new EngineError('invalid', 'Neither old nor new names may be empty');
  const newName = allocate(name);
  const oldName = container.record.name;
  if (newName === oldName) {
    throw new EngineError('invalid', 'Renaming a container with the same name as its current name');
  }
  await container.lock.run(async () => {
    // It may have been removed while we waited: saving would bring its record back.
    engine.containers.get(container.id);
    engine.containers.reserveName(newName, container.id);
    try {
      await engine.containers.save(container, { ...container.record, name: newName });
    } catch (error) {
      engine.containers.releaseName(newName);
      throw error;
    }
    engine.containers.releaseName(oldName);
    publishContainerEvent(engine, container.record, 'rename', { oldName: `/${oldName}` });
  });
}

/** Throws EngineError 'invalid' when it's no name for a container. */
function allocate(name: string): string {
  try {
    return parseName(`/${name.replace(/^\//, '')}`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const message = `Error when allocating new name: ${error.message}`;
    throw new EngineError(error.code, message, { cause: error });
  }
}
