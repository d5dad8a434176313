// The short codes of decisions taken on a photo's pixels, in words.

const MEANINGS = [
  [/^jpeg_draft_1\/(\d+)$/, (part) => `Decoded at 1/${part} of its size, which is enough`],
  [/^exif_orientation_\d_applied$/, () => "Turned upright, as its EXIF says"],
  [/^exif_orientation_\d_superseded_by_heif$/, () => "Turned as the HEIF file says, not its EXIF"],
  [/^invalid_orientation_ignored$/, () => "An orientation that does not exist was passed over"],
  [/^unreadable_exif_ignored$/, () => "EXIF that cannot be read was passed over"],
  [/^first_frame_of_(\d+)$/, (frames) => `The first of its ${frames} frames was taken`],
  [/^frame_count_unreadable$/, () => "How many frames it has cannot be read; the first was taken"],
  [/^(16bit|\w+)_scaled:(.+)\.\.(.+)$/, (depth, black, white) => `Values ${black} to ${white} of its ${depth} depth were scaled to 8 bits`],
  [/^palette_expanded$/, () => "Its palette was expanded to colours"],
  [/^alpha_on_background$/, () => "Transparency was laid on the background colour"],
  [/^icc_to_srgb:(.+)$/, (profile) => `Converted to sRGB from its profile, ${profile}`],
  [/^icc_unreadable_ignored$/, () => "A colour profile that cannot be read was passed over"],
  [/^icc_of_other_space_ignored:(.+)$/, (profile) => `A profile of another colour space was passed over, ${profile}`],
  [/^(\w+)_to_srgb$/, (mode) => `Converted from ${mode.toUpperCase()} to sRGB`],
];

/** A decision as a sentence; the code itself where it is not known. */
export function decisionInWords(code) {
  for (const [form, say] of MEANINGS) {
    const found = form.exec(code);
    if (found) return say(...found.slice(1));
  }
  return code;
}
