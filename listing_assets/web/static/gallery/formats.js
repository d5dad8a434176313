// What exports may be, in words: the formats, and the places that one may go to.

/** The formats by the names that the API has for them. */
export const TITLES = {
  "file-list": "File list, JSON lines",
  "file-list-csv": "File list, CSV",
  "file-list-parquet": "File list, Parquet",
  "huggingface-imagefolder": "Hugging Face, image folder",
  "huggingface-parquet": "Hugging Face, Parquet",
  webdataset: "WebDataset",
  coco: "COCO",
  fiftyone: "FiftyOne",
  retrieval: "Fine-tuning of retrieval models",
  "llama-factory": "LLaMA-Factory",
  "ms-swift": "ms-swift",
  "dataset-version": "New dataset version",
};
/** Formats that ask a question in each line. */
export const CONVERSATIONS = ["llama-factory", "ms-swift"];
/** Groups of formats, as the API tells of them. */
export const GROUPS = {
  "Lists of files": (one) => !one.has_photos && !one.is_dataset_version,
  "Photos with their labels": (one) => one.has_photos,
  "In this installation": (one) => one.is_dataset_version,
};
/** Where files go. `field` names the box that the place is written in. */
export const PLACES = {
  download: {
    label: "Download",
    note: "A zip, as soon as the export is whole. The server keeps the files in its exports folder.",
  },
  folder: {
    label: "Folder",
    field: "Name of the folder",
    hint: "summer-shoes",
    pattern: "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_.\\-]{0,98}[\\p{L}\\p{N}_\\-])?",
    wrong: "Letters, digits, '.', '_' and '-'.",
    note: "In the server's exports folder. It can be downloaded too.",
  },
  bucket: {
    label: "Bucket",
    field: "Place in a bucket",
    hint: "s3://bucket/prefix",
    pattern: "(s3|oss)://.+",
    wrong: "s3://bucket/prefix or oss://bucket/prefix.",
    note: "s3://bucket/prefix or oss://bucket/prefix, with the credentials that the server has.",
  },
};
/** The place of a dataset version: its name. */
export const VERSION = {
  field: "Name of the new version",
  hint: "summer@v1",
  pattern: "[A-Za-z][A-Za-z0-9_\\-]{0,39}@[A-Za-z0-9][A-Za-z0-9_\\-]{0,19}",
  wrong: "DATASET@VERSION, such as summer@v1.",
  note: "DATASET@VERSION. Its photos are searched, corrected and exported like any other version's.",
};
