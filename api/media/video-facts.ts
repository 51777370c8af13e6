import {
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  MP4,
  QTFF,
} from 'mediabunny';
import type { MediaFacts } from '../../meta/kinds.ts';

type VideoFacts = Omit<MediaFacts, 'bytes' | 'moovFirst'>;

/** Reads what a video is from its index: the pictures and the sound themselves are not touched. @returns undefined where there are no pictures */
export async function videoFacts(path: string): Promise<VideoFacts | undefined> {
  using input = new Input({ source: new FilePathSource(path), formats: [MP4, QTFF] });
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  if (!video) return undefined;
  return {
    contentType: (await input.getFormat()) === QTFF ? 'video/quicktime' : 'video/mp4',
    durationMs: Math.round((await input.computeDuration()) * 1_000),
    ...(await pictures(video)),
    ...(audio && (await sound(audio))),
  };
}

async function pictures(track: InputVideoTrack) {
  const { averagePacketRate, averageBitrate } = await track.computePacketStats();
  return {
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    videoCodec: await codecOf(track),
    frameRate: Math.round(averagePacketRate * 1_000) / 1_000,
    bitRate: Math.round(averageBitrate),
  };
}

async function sound(track: InputAudioTrack) {
  const { averageBitrate } = await track.computePacketStats();
  return {
    audioCodec: await codecOf(track),
    audioChannels: await track.getNumberOfChannels(),
    audioSampleRateHz: await track.getSampleRate(),
    audioBitRate: Math.round(averageBitrate),
  };
}

/** As people call it; for what the library does not know, the four letters that the file has. */
async function codecOf(track: InputTrack): Promise<string> {
  const codec = await track.getCodec();
  return codec === 'avc' ? 'h264' : (codec ?? String(await track.getInternalCodecId()));
}
