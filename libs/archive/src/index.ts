export type { Archive, ArchivedObject, ArchiveLog, ArchiveReader } from './archive.ts';
export { openArchive } from './open-archive.ts';
export { presignPut } from './presign-put.ts';
export { archiveSettings } from './settings.ts';
