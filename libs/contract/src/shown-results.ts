import type { Artefact, Findings, Screenshot } from './gen/shotwire/capture/v1/screenshot_pb.ts';

/** A further result as answers and webhooks show it. */
export interface ShownArtefact {
  name: string;
  mime_type: string;
  file_size: number;
  /** In image pixels; not there when it is no image. */
  width?: number;
  height?: number;
  url: string;
}

/** The further results of a screenshot, whose own URL is given. */
export function shownArtefacts({ artefacts }: Pick<Screenshot, 'artefacts'>, screenshotUrl: string): ShownArtefact[] {
  return artefacts.map(({ name, mimeType, fileSize, width, height }: Artefact) => ({
    name,
    mime_type: mimeType,
    file_size: Number(fileSize),
    ...(width > 0 && { width, height }),
    url: `${screenshotUrl}/artefacts/${name}`,
  }));
}

/** What is thought of a page, each a yes or a no. */
export interface ShownVerdicts {
  blank: boolean;
  challenge: boolean;
  error_page: boolean;
  banner_removed: boolean;
  partial: boolean;
}

/** The verdicts of a report as answers and webhooks show them. */
export function shownVerdicts({ blank, challenge, errorPage, bannerRemoved, partial }: Findings): ShownVerdicts {
  return { blank, challenge, error_page: errorPage, banner_removed: bannerRemoved, partial };
}
