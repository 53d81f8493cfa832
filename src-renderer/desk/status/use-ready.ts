import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { gearMissing } from '../state/gear-missing.ts';
import { useCommand } from '../ui/use-command.tsx';

/** Makes the operator Ready; with the headset missing it asks once before, in the header's line. */
export function useReady(): () => void {
  const store = useDeskStoreApi();
  const desk = useDesk();
  const command = useCommand();
  return () => {
    const { audio, readyWithoutGear } = store.getState();
    if (gearMissing(audio) && readyWithoutGear !== 'anyway')
      store.setState({ readyWithoutGear: 'asked' });
    else void command(() => desk.operator.ready());
  };
}
