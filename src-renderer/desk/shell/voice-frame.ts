/** The browser host's voice page: the same tab, unseen; sound must not need a second window there. */
export function voiceFrame(page: Document): HTMLIFrameElement {
  const frame = page.createElement('iframe');
  // Our own page: same origin, because it shares the tab's token.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
  frame.src = './voice.html';
  frame.allow = 'microphone; autoplay; speaker-selection; hid';
  frame.hidden = true;
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  return frame;
}
