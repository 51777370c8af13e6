import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { S3MediaStore } from '../../db/media/s3-store.ts';

/**
 * A bucket that hears what is asked of it and answers with this status, or not at all; it is there until the test ends, or it is closed.
 * @param folder for what is on its way there
 */
export async function startBucket(folder: string, status?: number) {
  const asked: { method: string | undefined; givenUp: boolean }[] = [];
  const server = createServer(({ method }, response) => {
    const request = { method, givenUp: false };
    asked.push(request);
    response.once('close', () => {
      request.givenUp = true;
    });
    if (status) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const place = { bucket: 'media', region: 'us-east-1', endpoint, forcePathStyle: true, credentials };
  const media = new S3MediaStore(place, folder);
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => {
    media.close();
    await close();
  });
  return { media, asked, close, place };
}
