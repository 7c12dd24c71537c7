export { createLinks, type Links, type Render } from './create-links.ts';
export { linksSettings } from './settings.ts';
