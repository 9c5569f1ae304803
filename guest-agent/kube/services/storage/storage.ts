import { Controller } from '../../controllers/controller.ts';
import { keyOf } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import {
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
} from '../../objects/resources.ts';
import type { Log } from '../log.ts';
import { reconcileClaim } from './claim-controller.ts';
import { claimNames } from './claim-users.ts';
import type { VolumeEngine } from './engine-volume.ts';
import { createEphemeralClaims } from './ephemeral-claims.ts';
import { createStorageClass } from './storage-class.ts';
import { reconcileVolume } from './volume-controller.ts';

/** Gives claims their volumes: volumes of the engine, or those that a user has described. */
export async function startStorage(
  objects: Objects,
  engine: VolumeEngine,
  log: Log,
): Promise<Disposable> {
  await createStorageClass(objects);
  const stack = new DisposableStack();
  const claims = stack.use(
    new Controller('claim', (key) => reconcileClaim(objects, engine, key), log),
  );
  const volumes = stack.use(
    new Controller('volume', (key) => reconcileVolume(objects, engine, key), log),
  );
  const ephemeral = stack.use(
    new Controller('claims of pod', (key) => createEphemeralClaims(objects, key), log),
  );
  const pendingClaims = () => {
    for (const claim of objects.list(persistentVolumeClaims)) {
      if (claim.status?.phase !== 'Bound') claims.enqueue(keyOf(claim));
    }
  };
  const stops = [
    objects.listen(persistentVolumeClaims, ({ object }) => {
      claims.enqueue(keyOf(object));
      const name = object.spec?.volumeName;
      if (name) volumes.enqueue({ name });
    }),
    objects.listen(persistentVolumes, ({ object, type }) => {
      volumes.enqueue(keyOf(object));
      const { namespace, name } = object.spec?.claimRef ?? {};
      if (name && namespace) claims.enqueue({ namespace, name });
      if (type !== 'DELETED') pendingClaims();
    }),
    objects.listen(storageClasses, pendingClaims),
    objects.listen(pods, ({ object }) => {
      const { namespace = 'default' } = object.metadata;
      if (object.spec?.volumes?.some((volume) => volume.ephemeral))
        ephemeral.enqueue(keyOf(object));
      for (const name of claimNames(object)) claims.enqueue({ namespace, name });
    }),
  ];
  for (const stop of stops) stack.defer(stop);
  for (const claim of objects.list(persistentVolumeClaims)) claims.enqueue(keyOf(claim));
  for (const volume of objects.list(persistentVolumes)) volumes.enqueue(keyOf(volume));
  for (const pod of objects.list(pods)) ephemeral.enqueue(keyOf(pod));
  return stack;
}
