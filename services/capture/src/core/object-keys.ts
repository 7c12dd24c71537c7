/** The extensions of what captures give. */
const extensions: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'application/pdf': 'pdf',
  'text/html': 'html',
  'multipart/related': 'mhtml',
  'text/markdown': 'md',
};

/** Where a screenshot's main result is kept: derived from its id alone, so that a second try overwrites the first. */
export function imageKeyOf(id: string, mimeType: string): string {
  return `images/${id.slice(0, 2)}/${id}.${extensions[mimeType]}`;
}

/** Where a further result is kept, beside the main one. A parameter of the type, such as a charset, is no part of the name. */
export function artefactKeyOf(imageKey: string, { name, mimeType }: { name: string; mimeType: string }): string {
  return `${keysPrefixOf(imageKey)}${name}.${extensions[mimeType.split(';', 1)[0] ?? ''] ?? 'bin'}`;
}

/** Where the report is kept. */
export function reportKeyOf(imageKey: string): string {
  return `${keysPrefixOf(imageKey)}report.json`;
}

/** What all keys of a screenshot begin with, and those of no other. */
export function keysPrefixOf(imageKey: string): string {
  return imageKey.slice(0, imageKey.lastIndexOf('.') + 1);
}
