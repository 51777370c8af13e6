import { FileMediaStore } from './file-store.ts';
import { S3MediaStore } from './s3-store.ts';
import type { MediaStore } from './store.ts';

interface StoreSettings {
  MEDIA_DIR: string;
  S3_BUCKET?: string | undefined;
  S3_ENDPOINT?: string | undefined;
  S3_REGION?: string | undefined;
  S3_ACCESS_KEY_ID?: string | undefined;
  S3_SECRET_ACCESS_KEY?: string | undefined;
  S3_FORCE_PATH_STYLE?: boolean | undefined;
}

const defaultRegion = 'us-east-1';

/** The store that the configuration names. Nothing is connected yet. */
export function openMediaStore(settings: StoreSettings): MediaStore {
  const { MEDIA_DIR: folder, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = settings;
  if (!bucket) return new FileMediaStore(folder);
  const place = {
    bucket,
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION ?? defaultRegion,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE ?? false,
    credentials: id && secret ? { accessKeyId: id, secretAccessKey: secret } : undefined,
  };
  return new S3MediaStore(place, folder);
}
