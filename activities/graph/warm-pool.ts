import type { Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';

/** A call that was announced is made within this time; a connection that was opened for it and not used is closed then. */
const expectedForMs = 10_000;
/** With HTTP/2 to choose from, every call waits until the first connection knows what the other side speaks. */
const allowH2 = false;

/**
 * The connections to one host, some of them opened before they are needed: of a thousand that are opened in one instant some lose their first
 * packet and wait a second, and each makes its call wait for a handshake.
 */
export class WarmPool {
  readonly pool: Pool;
  readonly #connect = buildConnector({ minVersion: 'TLSv1.2', timeout: 10_000, allowH2 });
  readonly #address: buildConnector.Options;
  readonly #atMost: number;
  readonly #ready = new Set<Socket>();
  #opening = 0;
  #expected = 0;
  #closed = false;

  constructor(origin: string, atMost: number) {
    const { hostname, host, protocol, port } = new URL(origin);
    this.#address = { hostname, host, protocol, port };
    this.#atMost = atMost;
    this.pool = new Pool(origin, {
      connections: atMost,
      allowH2,
      connect: (options, callback) => {
        const socket = this.#take();
        // Not before this has returned: undici does not look for what to send until then.
        if (socket) queueMicrotask(() => callback(null, socket));
        else this.#connect(options, callback);
      },
    });
  }

  /** A call will be made within seconds: opens a connection for it unless one is free. */
  expectCall(): void {
    this.#expected += 1;
    setTimeout(() => {
      this.#expected -= 1;
    }, expectedForMs).unref();
    const { connected, free } = this.pool.stats;
    const opened = this.#ready.size + this.#opening;
    if (this.#closed || free + opened >= this.#expected || connected + opened >= this.#atMost) return;
    this.#opening += 1;
    this.#connect(this.#address, (error, socket) => {
      this.#opening -= 1;
      // The call itself will find out that nobody can be reached.
      if (!error && socket) this.#keep(socket as Socket);
    });
  }

  /** Connections that wait for their call. */
  get ready(): number {
    return this.#ready.size;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const socket of this.#ready) socket.destroy();
    await this.pool.close();
  }

  #keep(socket: Socket): void {
    if (this.#closed) return void socket.destroy();
    this.#ready.add(socket);
    // Only who reads notices that the other side hangs up.
    socket.resume();
    const gone = () => void this.#ready.delete(socket);
    socket.once('close', gone).once('error', gone);
    setTimeout(() => this.#ready.has(socket) && socket.destroy(), expectedForMs).unref();
  }

  #take(): Socket | undefined {
    for (const socket of this.#ready) {
      this.#ready.delete(socket);
      if (!socket.destroyed) return socket.pause();
    }
    return undefined;
  }
}
