import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { errorCode, repeatable } from './desk-error.ts';
import { useErrorText } from './use-error-text.ts';

/**
 * Gives a command to main and shows a refusal as a sentence with a way out; never throws.
 * Resolves to whether the command was carried out.
 */
export function useCommand(): (command: () => Promise<unknown>) => Promise<boolean> {
  const { t } = useTranslation('errors');
  const errorText = useErrorText();
  const run = async (command: () => Promise<unknown>): Promise<boolean> => {
    try {
      await command();
      return true;
    } catch (error) {
      const { what, wayOut } = errorText(error);
      const id = `error ${errorCode(error)}`;
      notifications.hide(id);
      notifications.show({
        id,
        color: 'red',
        title: what,
        role: 'alert',
        closeButtonProps: { 'aria-label': t('close') },
        autoClose: 12_000,
        message: (
          <>
            <Text size="xs">{wayOut}</Text>
            {repeatable.has(errorCode(error)) && (
              <Button
                mt={6}
                size="compact-xs"
                variant="default"
                onClick={() => {
                  notifications.hide(id);
                  void run(command);
                }}
              >
                {t('again')}
              </Button>
            )}
          </>
        ),
      });
      return false;
    }
  };
  return run;
}
