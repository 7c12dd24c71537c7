/** What a page shows of itself, as far as a bot wall can be told from it. */
interface Looks {
  status: number | null;
  title: string;
  /** The visible text, or its beginning. */
  text: string;
  headers: Readonly<Record<string, string>>;
  /** URLs of what it loaded. */
  urls: readonly string[];
}

interface Sign {
  by: string;
  seen: (looks: Looks) => boolean;
}

const loads = (pattern: RegExp) => (looks: Looks) => looks.urls.some((url) => pattern.test(url));
const short = ({ text }: Looks) => text.length < 2_000;

/**
 * Signs of a page that asks whether its visitor is human, in place of the page that was asked for. A page that only carries a
 * captcha in one of its forms is none: where a sign alone could be that, the page must also be nearly empty or refused.
 */
const signs: readonly Sign[] = [
  { by: 'cloudflare', seen: ({ headers }) => headers['cf-mitigated'] === 'challenge' },
  { by: 'cloudflare', seen: (looks) => /^just a moment\b|^attention required! \| cloudflare/i.test(looks.title) && short(looks) },
  { by: 'cloudflare', seen: (looks) => short(looks) && loads(/\/cdn-cgi\/challenge-platform\/h\/[bg]\/orchestrate/)(looks) },
  { by: 'aws_waf', seen: ({ headers }) => ['challenge', 'captcha'].includes(headers['x-amzn-waf-action'] ?? '') },
  { by: 'datadome', seen: (looks) => looks.status === 403 && ('x-datadome' in looks.headers || loads(/captcha-delivery\.com/)(looks)) },
  {
    by: 'perimeterx',
    seen: (looks) => short(looks) && /press (and|&) hold|human verification/i.test(looks.text) && loads(/px-(cdn|cloud)|perimeterx/)(looks),
  },
  {
    by: 'akamai',
    seen: (looks) => looks.status === 403 && /^access denied$/i.test(looks.title) && /errors\.edgesuite\.net/.test(looks.text),
  },
  { by: 'imperva', seen: (looks) => short(looks) && (/incapsula incident id/i.test(looks.text) || loads(/_Incapsula_Resource/)(looks)) },
  { by: 'sucuri', seen: (looks) => /sucuri website firewall/i.test(looks.title) },
  {
    by: 'captcha',
    seen: (looks) =>
      looks.text.length < 600 && loads(/(recaptcha\/(api|enterprise)|hcaptcha\.com\/1\/api|challenges\.cloudflare\.com\/turnstile)/)(looks),
  },
  {
    by: 'words',
    seen: (looks) =>
      looks.text.length < 600 &&
      /(verify(ing)? (that )?you are (a )?human|are you a robot|checking your browser before|enable javascript and cookies to continue|unusual traffic from your)/i.test(
        `${looks.title} ${looks.text}`,
      ),
  },
];

/** The sign by which a page is a bot wall; null when it is none. */
export function challengeOf(looks: Looks): string | null {
  return signs.find(({ seen }) => seen(looks))?.by ?? null;
}
