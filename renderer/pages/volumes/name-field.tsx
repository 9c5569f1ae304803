import { TextInput } from '@mantine/core';
import { useVolumes } from '../../connection/screen.ts';
import { faultOfVolumeName } from './volume-name.ts';

interface NameFieldProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

/** The name of a new volume. */
export function NameField({ value, onChange }: NameFieldProps) {
  const fault = useVolumeNameFault(value);
  return (
    <TextInput
      label="Name"
      data-autofocus
      value={value}
      spellCheck={false}
      autoComplete="off"
      error={value !== '' && fault}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** Why a volume can't have this name now. */
export function useVolumeNameFault(name: string): string | undefined {
  const volumes = useVolumes();
  return faultOfVolumeName(name, volumes?.map((volume) => volume.name) ?? []);
}
