/** What is sent where there is no microphone. */

/** A live track on which nothing is ever said. It belongs to the context: clone it, do not stop it. */
export function silentTrack(context: AudioContext): MediaStreamTrack {
  const source = context.createConstantSource();
  source.offset.value = 0;
  const destination = new MediaStreamAudioDestinationNode(context, {
    channelCount: 1,
    channelCountMode: 'explicit',
  });
  source.connect(destination);
  source.start();
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error('a media stream destination without a track');
  return track;
}
