/** What the service encodes pictures with, for tests that look at them. */
export { default as sharp } from 'sharp';
