import type { Workload } from '../objects/workload.ts';

/** How far an object is on the way to what its specification says. */
export interface RolloutState {
  readonly isDone: boolean;
  /** Why it can't get there. */
  readonly failure?: string;
  /** For people. */
  readonly text: string;
}

const done = (text: string): RolloutState => ({ isDone: true, text });
const waiting = (text: string): RolloutState => ({ isDone: false, text });
const failed = (failure: string): RolloutState => ({ isDone: false, failure, text: failure });

/** The rules of `kubectl rollout status`. Kinds that have nothing to wait for are done. */
export function rolloutState(object: Workload): RolloutState {
  const { kind, metadata, spec, status } = object;
  const generation = metadata.generation ?? 0;
  const isSeen = (status.observedGeneration ?? 0) >= generation;
  switch (kind) {
    case 'Deployment': {
      if (!isSeen) return waiting('Waiting for the controller');
      const progressing = conditionOf(object, 'Progressing');
      if (progressing?.reason === 'ProgressDeadlineExceeded') {
        return failed(progressing.message ?? 'The deployment exceeded its progress deadline');
      }
      const { replicas: wanted = 1, paused = false } = spec;
      const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
      if (paused && updatedReplicas < wanted) return done('Paused');
      if (updatedReplicas < wanted) {
        return waiting(`${updatedReplicas} of ${wanted} pods are updated`);
      }
      if (replicas > updatedReplicas) {
        return waiting(`${replicas - updatedReplicas} old pods are ending`);
      }
      if (availableReplicas < updatedReplicas) {
        return waiting(`${availableReplicas} of ${updatedReplicas} pods are ready`);
      }
      return done(readyText(wanted));
    }
    case 'StatefulSet': {
      if (!isSeen) return waiting('Waiting for the controller');
      const { replicas: wanted = 1 } = spec;
      const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status;
      if (readyReplicas < wanted) return waiting(`${readyReplicas} of ${wanted} pods are ready`);
      const isRolling = spec.updateStrategy?.type !== 'OnDelete';
      if (isRolling && updateRevision !== currentRevision && updatedReplicas < wanted) {
        return waiting(`${updatedReplicas} of ${wanted} pods are updated`);
      }
      return done(readyText(wanted));
    }
    case 'DaemonSet': {
      if (!isSeen) return waiting('Waiting for the controller');
      const { desiredNumberScheduled: wanted = 0 } = status;
      const { updatedNumberScheduled = 0, numberAvailable = 0 } = status;
      if (spec.updateStrategy?.type !== 'OnDelete' && updatedNumberScheduled < wanted) {
        return waiting(`${updatedNumberScheduled} of ${wanted} pods are updated`);
      }
      if (numberAvailable < wanted)
        return waiting(`${numberAvailable} of ${wanted} pods are ready`);
      return done(readyText(wanted));
    }
    case 'ReplicaSet':
    case 'ReplicationController': {
      if (!isSeen) return waiting('Waiting for the controller');
      const { replicas: wanted = 1 } = spec;
      const { availableReplicas = 0 } = status;
      if (availableReplicas < wanted) {
        return waiting(`${availableReplicas} of ${wanted} pods are ready`);
      }
      return done(readyText(wanted));
    }
    case 'Job': {
      const failure = conditionOf(object, 'Failed');
      if (failure?.status === 'True') return failed(failure.message ?? 'The job failed');
      if (conditionOf(object, 'Complete')?.status === 'True') return done('Completed');
      if (spec.suspend) return done('Suspended');
      const { active = 0, ready = 0, succeeded = 0 } = status;
      if (ready + succeeded > 0) return done('Started');
      return waiting(active > 0 ? 'Its pods are starting' : 'Waiting for the controller');
    }
    default:
      return done('');
  }
}

const readyText = (count: number) => (count === 1 ? '1 pod is ready' : `${count} pods are ready`);

function conditionOf({ status }: Workload, type: string) {
  return (status.conditions ?? []).find((each) => each.type === type);
}
