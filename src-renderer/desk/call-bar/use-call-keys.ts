import { isConnected } from '#shared/model/call-machine.ts';
import { cutOffCall, ringingCalls } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { canBeCalled } from '../ui/can-be-called.ts';
import { useHotkey } from '../ui/use-hotkey.ts';
import { callGroup } from './call-group.ts';
import type { CallCommands } from './use-call-commands.ts';

/**
 * F2 answer (or call back who was cut off), F3 hold, F4 hang up (or reject what only rings), F6 mute, F8 transfer and complete,
 * Shift+F7 keypad, Shift+F8 conference, F10 swap: wherever the focus is.
 */
export function useCallKeys(commands: CallCommands): void {
  const store = useDeskStoreApi();
  const group = () => callGroup(store.getState());
  const ringing = () => ringingCalls(store.getState())[0]?.call;
  useHotkey('F2', () => {
    const call = ringing();
    const { live } = group();
    const cutOff = cutOffCall(store.getState());
    if (call) commands.answer(call);
    else if (cutOff && !live && canBeCalled(cutOff.call.party)) commands.callBack(cutOff.call);
  });
  useHotkey('F3', () => {
    const { live, changeable } = group();
    if (live && changeable) commands.toggleHold(live.call);
  });
  useHotkey('F4', () => {
    const { live, conference } = group();
    const waiting = ringing();
    if (conference.length > 0) commands.hangUp(...conference.map(({ call }) => call));
    else if (live) commands.hangUp(live.call);
    else if (waiting) commands.reject(waiting, 'busy');
  });
  useHotkey('F6', () => {
    const { live, conference } = group();
    if (conference.length > 0)
      commands.mute(!live?.call.muted, ...conference.map(({ call }) => call));
    else if (live) commands.mute(!live.call.muted, live.call);
  });
  useHotkey('F8', () => {
    const { live, consult, canComplete, changeable } = group();
    if (consult) {
      if (canComplete) commands.completeTransfer(consult.call);
    } else if (live && changeable) store.setState({ transferring: live.call.callId });
  });
  useHotkey('shift+F7', () => {
    const { live } = group();
    if (live && isConnected(live.call.phase)) store.setState({ keyedCallId: live.call.callId });
  });
  useHotkey('shift+F8', () => {
    const { joinable } = group();
    if (joinable.length > 1) commands.conference(joinable.map(({ call }) => call));
  });
  useHotkey('F10', () => {
    const { swapTo } = group();
    if (swapTo) commands.swap(swapTo.call);
  });
}
