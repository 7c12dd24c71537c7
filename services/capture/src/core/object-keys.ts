import { extensionOf } from '@shotwire/contract';

/** Where a screenshot's main result is kept: derived from its id alone, so that a second try overwrites the first. */
export function imageKeyOf(id: string, mimeType: string): string {
  return `images/${id.slice(0, 2)}/${id}.${extensionOf(mimeType)}`;
}

/** Where a further result is kept, beside the main one. */
export function artefactKeyOf(imageKey: string, { name, mimeType }: { name: string; mimeType: string }): string {
  return `${keysPrefixOf(imageKey)}${name}.${extensionOf(mimeType)}`;
}

/** Where the report is kept. */
export function reportKeyOf(imageKey: string): string {
  return `${keysPrefixOf(imageKey)}report.json`;
}

/** What all keys of a screenshot begin with, and those of no other. */
export function keysPrefixOf(imageKey: string): string {
  return imageKey.slice(0, imageKey.lastIndexOf('.') + 1);
}
