// PhotoPicker and DocumentPicker: files of this machine, encrypted here and uploaded as they would be
// to Meta's CDN.

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { asText } from "../../../flow-json/evaluate.ts";
import { isJsonArray, isJsonObject, type JsonObject } from "../../../flow-json/json-value.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { encryptMedia } from "../encrypt-media.ts";
import { recallFile, rememberFile } from "../media-memory.ts";
import { usePlayer } from "../player-context.ts";
import type { PlayerApi } from "../player-api.ts";
import { Field } from "./field.tsx";
import { problemText } from "./input-problem.ts";

const LARGEST_KB = 25_600;
const MOST_FILES = 30;

export function MediaPicker({ component }: { readonly component: ViewComponent }): JSX.Element {
  const player = usePlayer();
  const labelId = useId();
  const [isBusy, setBusy] = useState(false);
  const [isTouched, setTouched] = useState(false);
  const [refused, setRefused] = useState("");
  const { name, type, properties, value, enabled } = component;
  const isPhotos = type === "PhotoPicker";
  const files = isJsonArray(value) ? value.filter(isJsonObject) : [];
  const most = numberOf(
    properties[`max-uploaded-${isPhotos ? "photos" : "documents"}`],
    MOST_FILES,
  );
  const largestKb = numberOf(properties["max-file-size-kb"], LARGEST_KB);
  const description = asText(properties["description"]);

  const add = async (chosen: readonly File[]): Promise<void> => {
    setTouched(true);
    const fitting = chosen.filter((file) => file.size <= largestKb * 1024);
    const accepted = fitting.slice(0, Math.max(0, most - files.length));
    setRefused(refusalOf(chosen.length, fitting.length, accepted.length, largestKb, most));
    if (accepted.length === 0 || name === null) return;
    setBusy(true);
    try {
      const uploads = await Promise.all(accepted.map((file) => upload(player.api, file)));
      player.fill(name, [...files, ...uploads]);
    } catch {
      // The development server is away or refuses the file; the user may choose it again.
      setRefused("The upload failed. Try again.");
    } finally {
      setBusy(false);
    }
  };

  return (
    <Field helper={description} error={refused || errorOf(component, isTouched)}>
      {(ids) => (
        <div class="wa-media" role="group" aria-labelledby={labelId} aria-busy={isBusy}>
          <span id={labelId} class="wa-media-label" dir="auto">
            {asText(properties["label"])}
          </span>
          <ul class="wa-files">
            {files.map((file, index) => (
              <FileRow
                key={asText(file["media_id"])}
                file={file}
                onRemove={() => {
                  const others = files.toSpliced(index, 1);
                  if (name !== null) player.fill(name, others.length === 0 ? null : others);
                }}
              />
            ))}
          </ul>
          <label class={enabled && files.length < most ? "wa-upload" : "wa-upload is-off"}>
            {isBusy ? "Encrypting and uploading…" : isPhotos ? "Add photos" : "Add documents"}
            <input
              type="file"
              class="visually-hidden"
              multiple={most > 1}
              accept={acceptOf(isPhotos, properties)}
              disabled={!enabled || isBusy || files.length >= most}
              aria-describedby={ids.describedBy}
              onChange={({ currentTarget }) => {
                const chosen = [...(currentTarget.files ?? [])];
                currentTarget.value = "";
                void add(chosen);
              }}
            />
          </label>
        </div>
      )}
    </Field>
  );
}

function FileRow({
  file,
  onRemove,
}: {
  readonly file: JsonObject;
  readonly onRemove: () => void;
}): JSX.Element {
  const known = recallFile(file["media_id"]);
  const fileName = asText(file["file_name"]);
  return (
    <li class="wa-file">
      {known?.pictureUrl !== null && known !== null ? (
        <img src={known.pictureUrl} alt="" />
      ) : (
        <span class="wa-file-mark" aria-hidden="true" />
      )}
      <span class="wa-file-name" dir="auto">
        {fileName}
        {known !== null && <small>{Math.max(1, Math.round(known.sizeBytes / 1024))} kB</small>}
      </span>
      <button type="button" class="wa-icon" aria-label={`Remove ${fileName}`} onClick={onRemove}>
        ✕
      </button>
    </li>
  );
}

async function upload(api: PlayerApi, file: File): Promise<JsonObject> {
  const { file: encrypted, metadata } = await encryptMedia(
    new Uint8Array(await file.arrayBuffer()),
  );
  const { cdnUrl } = await api.upload(encrypted);
  const mediaId = crypto.randomUUID();
  const isPicture = /^image\/(?:png|jpeg|webp|gif)$/.test(file.type);
  rememberFile(mediaId, {
    mimeType: file.type === "" ? "application/octet-stream" : file.type,
    sizeBytes: file.size,
    pictureUrl: isPicture ? URL.createObjectURL(file) : null,
  });
  return {
    media_id: mediaId,
    cdn_url: cdnUrl,
    file_name: file.name,
    encryption_metadata: metadata,
  };
}

function refusalOf(
  chosen: number,
  fitting: number,
  accepted: number,
  largestKb: number,
  most: number,
): string {
  if (fitting < chosen) return `A file may have ${largestKb} kB at most`;
  return accepted < fitting ? `Choose at most ${most}` : "";
}

/** A message per file comes as an object, by media id. */
function errorOf(component: ViewComponent, isTouched: boolean): string {
  const { error } = component;
  if (isJsonObject(error)) return Object.values(error).map(asText).join(" ");
  return problemText(component, isTouched);
}

function acceptOf(isPhotos: boolean, properties: JsonObject): string | undefined {
  if (isPhotos) return "image/*";
  const types = properties["allowed-mime-types"];
  return isJsonArray(types) ? types.map(asText).join(",") : undefined;
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
