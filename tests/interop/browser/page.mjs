// One room in a page; `window.commands` is what peer.mjs calls, `window.tell` how events reach it.

import { Room, RoomEvent, RpcError, Track } from '/livekit-client.mjs';

const FFT_SIZE = 8192;
const audio = new AudioContext({ sampleRate: 48000 });
const analyser = new AnalyserNode(audio, { fftSize: FFT_SIZE, smoothingTimeConstant: 0 });
const encoder = new TextEncoder();
const decoder = new TextDecoder();
let room;

const PLAIN_EVENTS = {
  [RoomEvent.ParticipantConnected]: (participant) => ['participant_connected', participant.identity],
  [RoomEvent.ParticipantDisconnected]: (participant) => ['participant_disconnected', participant.identity],
  [RoomEvent.TrackPublished]: (publication, participant) => [
    'track_published',
    publication.trackSid,
    participant.identity,
  ],
  [RoomEvent.TrackUnpublished]: (publication, participant) => [
    'track_unpublished',
    publication.trackSid,
    participant.identity,
  ],
  [RoomEvent.TrackMuted]: (publication, participant) => [
    'track_muted',
    participant.identity,
    publication.trackSid,
  ],
  [RoomEvent.TrackUnmuted]: (publication, participant) => [
    'track_unmuted',
    participant.identity,
    publication.trackSid,
  ],
  [RoomEvent.Disconnected]: (reason) => ['disconnected', reason],
  [RoomEvent.DataReceived]: (payload, participant, kind, topic) => [
    'data_received',
    decoder.decode(payload),
    participant?.identity ?? null,
    topic ?? '',
    kind === 0,
  ],
};

function listen(track) {
  // An element has to play a remote track for its audio to flow into a graph.
  const element = track.attach();
  element.muted = true;
  audio.createMediaStreamSource(new MediaStream([track.mediaStreamTrack])).connect(analyser);
}

window.commands = {
  async connect({ url, token, single = true }) {
    await audio.resume();
    room = new Room({ singlePeerConnection: single });
    for (const [name, describe] of Object.entries(PLAIN_EVENTS)) {
      room.on(name, (...values) => {
        const [event, ...args] = describe(...values);
        window.tell(event, args);
      });
    }
    room.on(RoomEvent.TrackSubscribed, (track, publication, participant) => {
      if (track.kind === Track.Kind.Audio) listen(track);
      window.tell('track_subscribed', [publication.trackSid, participant.identity]);
    });
    await room.connect(url, token);
    return { sid: room.localParticipant.sid };
  },

  async publish({ tone = 440 }) {
    const oscillator = new OscillatorNode(audio, { frequency: tone });
    const level = new GainNode(audio, { gain: 0.3 });
    const out = new MediaStreamAudioDestinationNode(audio, { channelCount: 1 });
    oscillator.connect(level).connect(out);
    oscillator.start();
    const [track] = out.stream.getAudioTracks();
    const publication = await room.localParticipant.publishTrack(track, { source: Track.Source.Microphone });
    return { sid: publication.trackSid };
  },

  async send({ text, topic = '', reliable = true }) {
    await room.localParticipant.publishData(encoder.encode(text), { topic, reliable });
    return {};
  },

  async send_text({ text, topic }) {
    const info = await room.localParticipant.sendText(text, { topic });
    return { size: info.size };
  },

  async listen_for({ text = [] }) {
    for (const topic of text) {
      room.registerTextStreamHandler(topic, async (reader, { identity }) => {
        window.tell('text_stream', [topic, identity, await reader.readAll()]);
      });
    }
    return {};
  },

  async register({ method, answers }) {
    room.registerRpcMethod(method, async ({ callerIdentity, payload }) => {
      window.tell('rpc', [callerIdentity, method, payload]);
      return answers ?? payload;
    });
    return {};
  },

  async call({ to, method, payload }) {
    try {
      return { answer: await room.localParticipant.performRpc({ destinationIdentity: to, method, payload }) };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { code: error.code, message: error.message };
    }
  },

  async hears() {
    const bins = new Uint8Array(analyser.frequencyBinCount);
    analyser.getByteFrequencyData(bins);
    const level = Math.max(...bins);
    return { hz: (bins.indexOf(level) * audio.sampleRate) / FFT_SIZE, level };
  },

  async quit() {
    await room?.disconnect();
    return {};
  },
};
