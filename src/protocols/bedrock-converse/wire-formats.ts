/** Names of media formats: the wire has words of its own where others have IANA types. */

const formats: { readonly [mediaType: string]: string } = {
  "image/jpg": "jpeg",
  "audio/mpeg": "mp3",
  "audio/x-wav": "wav",
  "video/quicktime": "mov",
  "video/x-matroska": "mkv",
  "video/x-flv": "flv",
  "video/x-ms-wmv": "wmv",
  "video/3gpp": "three_gp",
};

/** The wire's word; it is mostly the subtype. */
export function formatOf(mediaType: string): string {
  return formats[mediaType] ?? mediaType.slice(mediaType.indexOf("/") + 1);
}

/** The IANA type of a medium in a format of the wire. */
export function mediaTypeOf(medium: "image" | "audio" | "video", format: string): string {
  const types = Object.keys(formats).filter((type) => type.startsWith(`${medium}/`) && type !== "image/jpg");
  return types.find((type) => formats[type] === format) ?? `${medium}/${format}`;
}
