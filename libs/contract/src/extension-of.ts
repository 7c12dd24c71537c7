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
  'video/webm': 'webm',
  'video/mp4': 'mp4',
};

/** What the name of a file of this type ends with, without the dot. Throws on a type that no capture gives. */
export function extensionOf(mimeType: string): string {
  const extension = extensions[mimeType];
  if (!extension) throw new TypeError(`captures give no ${mimeType}`);
  return extension;
}
