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

/** What a file claims beyond this no video has, and no column holds. */
const NUMBER_MAX = 2 ** 31 - 1;
const CODEC_CHARACTERS_MAX = 32;

/** Reads what a video is from its index: the pictures and the sound themselves are not touched. @returns undefined where there are no pictures */
export async function videoFacts(path: string): Promise<VideoFacts | undefined> {
  using input = new Input({ source: new FilePathSource(path), formats: [MP4, QTFF] });
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  if (!video) return undefined;
  const facts = {
    contentType: (await input.getFormat()) === QTFF ? 'video/quicktime' : 'video/mp4',
    durationMs: Math.round((await input.computeDuration()) * 1_000),
    ...(await pictures(video)),
    ...(audio && (await sound(audio))),
  };
  return Object.values(facts).every(isPossible) ? facts : undefined;
}

const isPossible = (fact: unknown) => typeof fact !== 'number' || (fact >= 0 && fact <= NUMBER_MAX);

async function pictures(track: InputVideoTrack) {
  const { averagePacketRate, averageBitrate } = await track.computePacketStats();
  return {
    width: Math.round(await track.getDisplayWidth()),
    height: Math.round(await track.getDisplayHeight()),
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
    audioSampleRateHz: Math.round(await track.getSampleRate()),
    audioBitRate: Math.round(averageBitrate),
  };
}

/** As people call it; for what the library does not know, the four letters that the file has, which can be any bytes. */
async function codecOf(track: InputTrack): Promise<string> {
  const codec = await track.getCodec();
  if (codec) return codec === 'avc' ? 'h264' : codec;
  const letters = String(await track.getInternalCodecId());
  return letters.replace(/[^\x20-\x7e]/g, '?').slice(0, CODEC_CHARACTERS_MAX);
}
