import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  url: string;
  received: { to: string[]; text: string }[];
  /** What happens to the next mails: taken, refused in words, or taken with the answer lost. */
  next: 'take' | 'refuse' | 'dropAnswer';
  close(): Promise<void>;
}

/** A mail server on this machine that keeps what it gets. */
export async function mailServer(): Promise<MailServer> {
  const mail: MailServer = { url: '', received: [], next: 'take', close: async () => {} };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', () => {
        if (mail.next === 'refuse') return done(Object.assign(new Error('Try later'), { responseCode: 451 }));
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mail.received.push({ to, text: Buffer.concat(chunks).toString() });
        if (mail.next === 'take') return done();
        for (const connection of server.connections) connection._socket.destroy();
      });
    },
  });
  server.on('error', () => {}); // a connection that a test cut off
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  mail.url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  mail.close = () => new Promise((closed) => void server.close(() => closed()));
  return mail;
}
