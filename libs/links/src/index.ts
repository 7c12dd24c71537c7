export { createLinks, type Links } from './create-links.ts';
export { linksSettings } from './settings.ts';
