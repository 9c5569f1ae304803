import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { selects } from '../../objects/label-selector.ts';
import { parseQuantity } from '../../objects/quantity.ts';

type Claim = Stored<PersistentVolumeClaim>;
type Volume = Stored<PersistentVolume>;

/** The number of bytes that a claim asks for. */
export function requestedBytes({ spec }: Pick<PersistentVolumeClaim, 'spec'>): number {
  return parseQuantity(spec?.resources?.requests?.storage ?? '0') ?? 0;
}

export function capacityOf({ spec }: Pick<PersistentVolume, 'spec'>): number {
  return parseQuantity(spec?.capacity?.storage ?? '0') ?? 0;
}

/** Whether a volume belongs to a claim, or is kept for it by name. */
export function isFor({ spec }: Volume, { metadata }: Claim): boolean {
  const { claimRef } = spec ?? {};
  return (
    claimRef?.name === metadata.name &&
    claimRef.namespace === metadata.namespace &&
    (claimRef.uid === undefined || claimRef.uid === metadata.uid)
  );
}

/**
 * The volume that a claim gets among those that exist: one that is kept for it, or the smallest free
 * one that is large enough. Undefined if there is none.
 */
export function matchingVolume(claim: Claim, volumes: readonly Volume[]): Volume | undefined {
  const there = volumes.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const kept = there.find((volume) => isFor(volume, claim));
  if (kept) return kept;
  return there
    .filter(({ spec }) => spec?.claimRef === undefined)
    .filter((volume) => fits(volume, claim))
    .sort((a, b) => capacityOf(a) - capacityOf(b))[0];
}

/** Whether a claim can use a volume: its class, size, access modes, mode and labels. */
export function fits(volume: Volume, claim: Claim): boolean {
  const { spec = {}, metadata } = volume;
  const wanted = claim.spec ?? {};
  return (
    (spec.storageClassName ?? '') === (wanted.storageClassName ?? '') &&
    (spec.volumeMode ?? 'Filesystem') === (wanted.volumeMode ?? 'Filesystem') &&
    capacityOf(volume) >= requestedBytes(claim) &&
    (wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode)) &&
    (wanted.selector === undefined || selects(wanted.selector, metadata.labels))
  );
}
