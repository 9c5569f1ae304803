import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { appSettingsSchema } from '../../../electron/api/app-settings.ts';
import { SettingRow, SettingsGroup } from '../../components/settings-group.tsx';
import { useSettings } from '../../connection/screen.ts';
import { useSaveApp } from './use-save.ts';

const SMALLEST = 8;
const LARGEST = 32;

/** The look of terminals and logs. */
export function TerminalSection() {
  const app = useSettings()?.app;
  const save = useSaveApp();
  const [font, setFont] = useState(app?.terminalFont ?? '');
  if (!app) return null;
  const { success } = appSettingsSchema.shape.terminalFont.safeParse(font);
  return (
    <SettingsGroup title="Terminal" text="For shells, consoles and logs.">
      <SettingRow
        label="Font"
        text="A font installed on your Mac or PC. Leave the field empty to use the system's font."
      >
        <TextInput
          aria-label="Font"
          w={240}
          placeholder="System font"
          value={font}
          error={success ? undefined : 'This is not a valid font name'}
          onChange={({ currentTarget }) => setFont(currentTarget.value)}
          onBlur={() => success && font !== app.terminalFont && save({ terminalFont: font.trim() })}
        />
      </SettingRow>
      <SettingRow label="Size" text="In pixels.">
        <NumberInput
          aria-label="Size"
          w={100}
          min={SMALLEST}
          max={LARGEST}
          clampBehavior="strict"
          allowDecimal={false}
          value={app.terminalFontSize}
          onChange={(size) => {
            const { success: fits, data } =
              appSettingsSchema.shape.terminalFontSize.safeParse(size);
            if (fits) save({ terminalFontSize: data });
          }}
        />
      </SettingRow>
    </SettingsGroup>
  );
}
