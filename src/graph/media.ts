// Files that users sent, by the ids that completions hold. The Graph API gives an address that is good for five minutes
// and wants the access token there too; so the address must be Meta's.
//
// Source: Meta, "Media" (Cloud API), Retrieve media URL and Download media.

import { z } from "zod";
import type { MediaSource } from "../completions/ports.ts";
import { MediaError } from "../protocol/media-error.ts";
import { getWithToken, type GraphAccess } from "./client.ts";

/** Where Meta keeps media: the first is what its documentation shows. */
const MEDIA_HOSTS = [".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net"];

const MEDIA = z.object({ url: z.url() });

export function createGraphMedia(access: GraphAccess): MediaSource {
  return {
    async open(mediaId, signal) {
      const address = `${access.url}/${access.version}/${encodeURIComponent(mediaId)}`;
      const found = await getWithToken(access, address, signal);
      const media = MEDIA.safeParse(await found.json());
      if (!media.success || !isMetas(new URL(media.data.url), access.url)) {
        throw new MediaError("BAD_URL", "the Graph API gave an address that is not Meta's");
      }
      const { body } = await getWithToken(access, media.data.url, signal);
      if (body === null) throw new MediaError("FETCH_FAILED", "the file came without content");
      return body;
    },
  };
}

/** The Graph API's own host is Meta's too, or what stands in for it. */
function isMetas(url: URL, graphUrl: string): boolean {
  if (url.origin === new URL(graphUrl).origin) return true;
  return url.protocol === "https:" && MEDIA_HOSTS.some((suffix) => url.hostname.endsWith(suffix));
}
