// Stands in for the CDN that WhatsApp clients upload to: keeps the encrypted files of this server's player in memory, the
// newest of them. Handlers get URLs as Meta's are, https and of another host; only the downloader knows where they lead.

import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { StandInFile } from "../storage/media-download.ts";
import type { TlsTrust } from "./post-signed.ts";

/** Reserved by RFC 2606: no server will ever have it. */
const BASE_URL = "https://media.player.invalid/";

/** Two flows' worth of the largest files. */
const MAX_TOTAL_BYTES = 128 * 1024 * 1024;

type KeptFile = { readonly bytes: Buffer; readonly origin: string };

export class PlayerMedia {
  readonly #tls: TlsTrust;
  readonly #files = new LRUCache<string, KeptFile>({
    maxSize: MAX_TOTAL_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length + 1,
  });

  /** @param tls  how to trust this server over HTTPS */
  constructor(tls: TlsTrust) {
    this.#tls = tls;
  }

  /**
   * @param origin  of this server
   * @returns the file's URL for a handler
   */
  keep(bytes: Buffer, origin: string): string {
    const id = randomBytes(16).toString("hex");
    this.#files.set(id, { bytes, origin });
    return `${BASE_URL}${id}`;
  }

  read(id: string): Buffer | null {
    return this.#files.get(id)?.bytes ?? null;
  }

  /** Where the file of a URL that was given out is really served; `null` for any other URL. */
  locate(cdnUrl: string): StandInFile | null {
    const id = cdnUrl.startsWith(BASE_URL) ? cdnUrl.slice(BASE_URL.length) : "";
    const file = this.#files.get(id);
    return file === undefined
      ? null
      : { url: new URL(`${file.origin}/player/media/${id}`), tls: this.#tls };
  }
}
