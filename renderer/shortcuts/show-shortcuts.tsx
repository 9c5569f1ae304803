import { Kbd, Table } from '@mantine/core';
import { modals } from '@mantine/modals';
import { PAGES } from '../navigation/pages.ts';
import { MOD } from './mod-key.ts';

const ID = 'shortcuts';

/** The list of all shortcuts. */
export function showShortcuts(): void {
  const entries: [readonly string[], string][] = [
    [[MOD, 'K'], 'Command palette'],
    ...PAGES.slice(0, 9).map(({ title }, index): [readonly string[], string] => [
      [MOD, String(index + 1)],
      title,
    ]),
    [['/'], 'Search the current list'],
    [['F6'], 'Leave a terminal'],
    [['?'], 'Show this list'],
  ];
  modals.open({
    modalId: ID,
    title: 'Keyboard shortcuts',
    children: (
      <Table aria-label="Keyboard shortcuts">
        <Table.Tbody>
          {entries.map(([keys, text]) => (
            <Table.Tr key={text}>
              <Table.Td>{text}</Table.Td>
              <Table.Td ta="right">
                {keys.map((key) => (
                  <Kbd key={key} ml={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    ),
  });
}
