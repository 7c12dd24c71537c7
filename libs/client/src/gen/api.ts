// Made by `make generate` from the OpenAPI document; not to be edited.

export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys that webhooks are signed with */
        get: operations["listSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{account}/{id}.{ext}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an image by a link
         * @description The link stands for a key. `image_url` of webhooks of the profile center is one.
         */
        get: operations["openLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/links/{account}/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open a link: the picture, taken now if it is not there
         * @description The link stands for the key that it was made with, and ends with it. One that was opened a moment before shares its capture.
         */
        get: operations["openRenderLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List screenshots, newest first */
        get: operations["listScreenshots"];
        put?: never;
        /**
         * Take a screenshot
         * @description Options lie flat beside `url`. Of `url`, `html` and `markdown` there is one.
         */
        post: operations["createScreenshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what a screenshot would come to
         * @description Nothing is kept and nothing is visited. Whether a name leads to an address that may be visited is seen when it is dialled.
         */
        post: operations["explainScreenshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a screenshot */
        get: operations["getScreenshot"];
        put?: never;
        post?: never;
        /** Delete a screenshot and all that is stored of it */
        delete: operations["deleteScreenshot"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a screenshot back before it ends */
        post: operations["cancelScreenshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a screenshot again
         * @description Of one that failed or was cancelled. It is a new one with the same options: a screenshot ends once.
         */
        post: operations["retryScreenshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/{id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the image */
        get: operations["getImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/{id}/artefacts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a further result */
        get: operations["getArtefact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the report on a capture
         * @description Also of a screenshot that failed. docs/report.md says what is in it.
         */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listen to the events of the account
         * @description A stream without an end. `event` is the type, `data` what webhooks have under `data`, `id` the place of the event in the stream. docs/events.md says more.
         */
        get: operations["listenToEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/screenshots/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listen until a screenshot ends
         * @description How far it is now, whenever that changes, and how it ended; then the stream ends.
         */
        get: operations["listenToScreenshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link to a picture that is taken when somebody opens it
         * @description Options lie flat beside `url`, as for a screenshot; those that are secret, and those that say who is told, have no place in a link. What is taken is shown for `expires_in`, a day unless told otherwise, and taken anew when it is opened after that.
         */
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List batches, newest first */
        get: operations["listBatches"];
        put?: never;
        /**
         * Take many screenshots
         * @description Rows come as JSON, as a table (CSV, whose first row names the options, `url` among them), as a text with a URL on each line, or as a file with either. What holds for all rows lies beside them: in the JSON, in the query beside a table or a text, in the fields of the form beside a file. All rows are accepted or none.
         */
        post: operations["createBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a batch, and how far it is */
        get: operations["getBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/screenshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the screenshots of a batch, in the order of its rows */
        get: operations["listBatchRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back what has not ended of a batch */
        post: operations["cancelBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take the rows of a batch that failed once more
         * @description A new batch, of these rows with the same options.
         */
        post: operations["replayBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get all results of a batch as a ZIP
         * @description Once it has ended. `manifest.json`, at its end, says what became of each row and which files are its own.
         */
        get: operations["downloadBatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List apps, oldest first */
        get: operations["listApps"];
        put?: never;
        /**
         * Register a destination
         * @description A `webhook` or a bucket (`s3`).
         */
        post: operations["createApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an app */
        get: operations["getApp"];
        put?: never;
        post?: never;
        /**
         * Delete an app
         * @description Its deliveries that have not ended are cancelled.
         */
        delete: operations["deleteApp"];
        options?: never;
        head?: never;
        /**
         * Change an app
         * @description What is not named stays; an object or a list inside is replaced as a whole. What is pending goes out by what holds then.
         */
        patch: operations["changeApp"];
        trace?: never;
    };
    "/api/v1/apps/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an app be told again */
        post: operations["enableApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the deliveries of an app wait */
        post: operations["pauseApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the deliveries of an app wait, as after a failure */
        post: operations["disableApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an app a new secret */
        post: operations["rotateAppSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apps/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the exact request that an event would make, and send it if asked to */
        post: operations["testApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deliveries, newest first */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a delivery, with its body and its attempts */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery now, whatever became of it
         * @description An attempt that is scheduled is brought forward. It has the same id and the same body.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again what failed in a range of time
         * @description Behind everything else that waits; 10,000 in one call at most.
         */
        post: operations["recoverDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is asking, and what is left */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/signing-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The secret that signs webhooks which have none of their own */
        get: operations["getSigningSecret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was used, by day */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys of an account */
        get: operations["listKeys"];
        put?: never;
        /** Make an API key */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            error: {
                /**
                 * @description What is wrong; stable.
                 * @enum {string}
                 */
                code: "MALFORMED_REQUEST" | "REQUEST_TIMEOUT" | "HEADERS_TOO_LARGE" | "MALFORMED_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "VALIDATION_ERROR" | "INVALID_API_KEY" | "LINK_REFUSED" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "NOT_READY" | "NO_IMAGE" | "EXPIRED" | "DELIVERY_BUSY" | "APP_NOT_ENABLED" | "ALREADY_ENDED" | "NOT_ENDED" | "WISH_GONE" | "NOTHING_TO_REPLAY" | "QUEUE_FULL" | "ACCOUNT_FULL" | "RATE_LIMITED" | "QUOTA_EXCEEDED" | "FORBIDDEN" | "DOMAIN_NOT_ALLOWED" | "IDEMPOTENCY_CONFLICT" | "BLOCKED_URL" | "ROBOTS_REFUSED" | "TIMEOUT" | "DNS_FAILED" | "TLS_FAILED" | "CONNECTION_REFUSED" | "CONNECTION_FAILED" | "TOO_MANY_REDIRECTS" | "NOT_A_PAGE" | "PAGE_OVERLOAD" | "PICTURE_TOO_LARGE" | "SELECTOR_NOT_FOUND" | "INVALID_SELECTOR" | "INVALID_COOKIE" | "WAIT_FAILED" | "SCRIPT_FAILED" | "STEP_FAILED" | "STATUS_REFUSED" | "TEXT_FOUND" | "TEXT_MISSING" | "SELECTOR_FOUND" | "CONSOLE_ERROR" | "REQUEST_FAILED" | "VIDEO_UNAVAILABLE" | "VIDEO_FAILED" | "PAGE_CRASHED" | "BROWSER_LOST" | "STORAGE_FAILED" | "CAPTURE_LOST" | "CANCELLED" | "DEADLINE_EXCEEDED" | "UNAVAILABLE" | "INTERNAL";
                /** @description A sentence for people. */
                message: string;
                /** @description The HTTP status. */
                status: number;
                /** @description What is wrong with which field, all at once. */
                details?: {
                    [key: string]: string[];
                };
            };
            /** @description As in X-Request-Id; to be told to whoever runs this. */
            request_id: string;
        };
        ScreenshotRequest: {
            /** @description The page to capture: http or https, no user name or password in it. */
            url?: string;
            /** @description The page itself, as HTML, instead of url. */
            html?: string;
            /** @description The page itself, as Markdown, instead of url. */
            markdown?: string;
            /**
             * @description What goes first among your own: interactive before batch.
             * @default interactive
             * @enum {string}
             */
            priority?: "interactive" | "batch";
            /**
             * @description Share the capture of an equal wish of yours that has not ended yet.
             * @default false
             */
            dedupe?: boolean;
            /** @description What you sort it by; the first is {tag} in the path of an upload. */
            tags?: string[];
            /**
             * @description Take the result of an equal wish of yours that completed no longer than this many seconds ago.
             * @default 0
             */
            cache_ttl?: number;
            /** @description What you call it; the list finds it by that. */
            external_id?: string;
            /** @description Texts of yours that are kept with it and come back in answers and webhooks; 4 KiB all together. */
            metadata?: {
                [key: string]: string;
            };
            /** @description Seconds that the image is kept; as long as this installation keeps images when not given, and no longer. */
            expires_in?: number;
            /** @description Where the end is announced, by a signed POST. */
            webhook_url?: string;
            /** @description The types of events that go to webhook_url; those of completed and failed when not given. */
            webhook_events?: string[];
            /** @description What this webhook is signed with, instead of the account's secret: 16 characters or more. */
            webhook_secret?: string;
            /** @description Headers that this webhook gets. */
            webhook_headers?: {
                [key: string]: string;
            };
            /** @description Apps of yours that get the result too: a list of their ids, or an object of id → path template of an upload. */
            apps?: string[] | {
                [key: string]: string;
            };
            /**
             * @description Viewport width in CSS pixels.
             * @default 1280
             */
            width?: number;
            /**
             * @description Viewport height in CSS pixels.
             * @default 800
             */
            height?: number;
            /**
             * @description What the capture gives.
             * @default png
             * @enum {string}
             */
            format?: "png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4";
            /**
             * @description Quality of jpeg, webp and avif; png is lossless.
             * @default 80
             */
            quality?: number;
            /**
             * @description The whole page rather than the viewport.
             * @default false
             */
            full_page?: boolean;
            /**
             * @description The machine the page believes it is shown on: desktop, mobile, tablet, or a model of docs/devices.md.
             * @default desktop
             */
            device?: string;
            /**
             * @description Refuse ads.
             * @default false
             */
            block_ads?: boolean;
            /**
             * @description Refuse, answer or hide cookie consent dialogs.
             * @default true
             */
            block_cookies?: boolean;
            /**
             * @description Tell the page that dark colours are preferred.
             * @default false
             */
            dark_mode?: boolean;
            /**
             * @description Seconds to wait after the page has loaded; they do not count towards timeout.
             * @default 0
             */
            delay?: number;
            /**
             * @description Seconds allowed from navigation to picture.
             * @default 30
             */
            timeout?: number;
            /**
             * @description Two image pixels for each CSS pixel, each way.
             * @default false
             */
            retina?: boolean;
            /**
             * @description Leave the page's default background transparent; png, webp and avif.
             * @default false
             */
            omit_background?: boolean;
            /** @description Width that the picture is resized to, in image pixels. */
            image_width?: number;
            /** @description Height that the picture is resized to; with image_width alone it follows. */
            image_height?: number;
            /**
             * @description How the picture is fitted when both are given.
             * @default cover
             * @enum {string}
             */
            fit?: "cover" | "contain" | "fill";
            /** @description Further results of the same load. */
            also?: ("png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4")[];
            /** @description Image pixels for each CSS pixel, each way; the device's own when it is not given. */
            device_scale_factor?: number;
            /** @description Honour the viewport meta tag; the device decides when it is not given. */
            is_mobile?: boolean;
            /** @description Offer touch; the device decides when it is not given. */
            has_touch?: boolean;
            /**
             * @description Turn the device by a quarter.
             * @default false
             */
            landscape?: boolean;
            /**
             * @description Scroll a full page, or a taller element or clip, through once, so that what loads late is there.
             * @default true
             */
            scroll?: boolean;
            /** @description How far each step of that goes, in CSS pixels; nine tenths of the viewport when it is not given. */
            scroll_step?: number;
            /**
             * @description Seconds between its steps.
             * @default 0.1
             */
            scroll_delay?: number;
            /**
             * @description Seconds it takes at most.
             * @default 8
             */
            scroll_time?: number;
            /**
             * @description How far it goes at most, in CSS pixels.
             * @default 30000
             */
            scroll_pixels?: number;
            /** @description Height of a full page at most, in CSS pixels; the rest is cut off. */
            max_height?: number;
            /**
             * @description What a full page does with elements that stick to the viewport.
             * @default first
             * @enum {string}
             */
            sticky?: "keep" | "hide" | "first";
            /** @description Picture of this element alone: a CSS selector. */
            selector?: string;
            /**
             * @description What happens when nothing fits selector.
             * @default fail
             * @enum {string}
             */
            selector_missing?: "fail" | "page";
            /**
             * @description CSS pixels of page around the element.
             * @default 0
             */
            selector_padding?: number;
            /** @description Picture of this part of the page alone. */
            clip?: {
                /** @description Left edge in CSS pixels of the page. */
                x: number;
                /** @description Top edge in CSS pixels of the page. */
                y: number;
                /** @description Width in CSS pixels. */
                width: number;
                /** @description Height in CSS pixels. */
                height: number;
            };
            /** @description Cut a full page into several images. */
            slices?: {
                /** @description Height of each slice in CSS pixels. */
                height: number;
                /**
                 * @description How many CSS pixels of a slice are shown again at the top of the next.
                 * @default 0
                 */
                overlap?: number;
            };
            /**
             * @description When the page counts as loaded.
             * @default load
             * @enum {string}
             */
            wait_until?: "load" | "domcontentloaded" | "networkidle0" | "networkidle2";
            /** @description Wait until something visible fits this CSS selector. */
            wait_for_selector?: string;
            /** @description Wait until this JavaScript expression is true. */
            wait_for_function?: string;
            /**
             * @description Wait for fonts and images, finish animations, and until two frames are equal.
             * @default false
             */
            stable?: boolean;
            /**
             * @description When the time is over take what is there, and say so.
             * @default false
             */
            best_attempt?: boolean;
            /**
             * @description Tell the page that less motion is preferred.
             * @default false
             */
            reduced_motion?: boolean;
            /**
             * @description The medium that stylesheets see; not given, a PDF is for print and everything else for the screen.
             * @enum {string}
             */
            media_type?: "screen" | "print";
            /** @description A stylesheet that is added to the page. */
            css?: string;
            /** @description A script that is run in the page when it has loaded. */
            js?: string;
            /**
             * @description Ignore the content security policy of the page.
             * @default false
             */
            bypass_csp?: boolean;
            /** @description Elements that are not shown, nor told in html, mhtml and markdown. */
            hide_selectors?: string[];
            /** @description Elements that are painted over, and whose words are blackened in html, mhtml and markdown. */
            mask_selectors?: string[];
            /**
             * @description Finish transitions and finite animations, stop the others at their beginning.
             * @default false
             */
            disable_animations?: boolean;
            /**
             * @description Run no script of the page.
             * @default false
             */
            disable_javascript?: boolean;
            /** @description A time zone such as Europe/Zurich. */
            timezone?: string;
            /** @description A language such as de-CH. */
            locale?: string;
            /** @description Where the page is told that it is. */
            geolocation?: {
                /** @description Degrees north. */
                latitude: number;
                /** @description Degrees east. */
                longitude: number;
                /**
                 * @description Metres.
                 * @default 10
                 */
                accuracy?: number;
            };
            /** @description What is done to the page before the picture, in order. */
            steps?: {
                /**
                 * @description What to do.
                 * @enum {string}
                 */
                action: "click" | "hover" | "type" | "press" | "select" | "scroll" | "wait";
                /** @description The element: a CSS selector. */
                selector?: string;
                /** @description What to type. */
                text?: string;
                /** @description The key to press, such as Enter or ArrowDown. */
                key?: string;
                /** @description The values to choose. */
                values?: string[];
                /** @description How far to scroll down; less than 0 is up. */
                pixels?: number;
                /** @description How long to wait. */
                seconds?: number;
                /**
                 * @description Seconds that this step may take.
                 * @default 5
                 */
                timeout?: number;
            }[];
            /** @description Headers of requests to the page's own origin. */
            headers?: {
                [key: string]: string;
            };
            /** @description Cookies that the page finds. */
            cookies?: {
                /** @description Its name. */
                name: string;
                /** @description Its value. */
                value: string;
                /** @description Its domain; the page's host when it is not given. */
                domain?: string;
                /**
                 * @description Its path.
                 * @default /
                 */
                path?: string;
                /**
                 * @description Sent over https alone.
                 * @default false
                 */
                secure?: boolean;
                /**
                 * @description Hidden from scripts.
                 * @default false
                 */
                http_only?: boolean;
                /**
                 * @description With which requests it travels; the browser decides when it is not given.
                 * @enum {string}
                 */
                same_site?: "strict" | "lax" | "none";
            }[];
            /** @description The user agent instead of the device's. */
            user_agent?: string;
            /** @description Answers to HTTP authentication of the page's own host. */
            basic_auth?: {
                /** @description The user. */
                username: string;
                /** @description The password. */
                password?: string;
            };
            /**
             * @description How the page itself is asked for.
             * @default get
             * @enum {string}
             */
            method?: "get" | "post" | "put" | "patch";
            /** @description The body of that request. */
            body?: string;
            /** @description An http proxy of your own: http://user:password@host:port. */
            proxy?: string;
            /**
             * @description Refuse trackers.
             * @default false
             */
            block_trackers?: boolean;
            /**
             * @description Refuse and hide chat widgets.
             * @default false
             */
            block_chats?: boolean;
            /** @description Kinds of requests to refuse. */
            block_resources?: ("stylesheet" | "image" | "media" | "font" | "script" | "texttrack" | "xhr" | "fetch" | "eventsource" | "websocket" | "manifest" | "other")[];
            /** @description Requests to refuse, by URL; * stands for anything. */
            block_urls?: string[];
            /** @description Fail when the page answers with one of these: 404, or 500-599. */
            fail_on_status?: string[];
            /** @description Fail when one of these is in the text of the page. */
            fail_if_text?: string[];
            /** @description Fail when one of these is not in the text of the page. */
            fail_if_text_missing?: string[];
            /** @description Fail when something fits one of these CSS selectors. */
            fail_if_selector?: string[];
            /**
             * @description Fail when the page writes an error to its console.
             * @default false
             */
            fail_on_console_error?: boolean;
            /** @description Fail when a request to a URL like one of these fails; * stands for anything. */
            fail_on_request_failed?: string[];
            /** @description How a PDF is made. */
            pdf?: {
                /**
                 * @description The size of the paper.
                 * @default a4
                 * @enum {string}
                 */
                paper?: "a0" | "a1" | "a2" | "a3" | "a4" | "a5" | "a6" | "letter" | "legal" | "tabloid" | "ledger";
                /** @description Width of the paper instead. */
                width?: string;
                /** @description Height of the paper instead. */
                height?: string;
                /**
                 * @description Turned by a quarter.
                 * @default false
                 */
                landscape?: boolean;
                /** @description Margin at the top. */
                margin_top?: string;
                /** @description Margin at the right. */
                margin_right?: string;
                /** @description Margin at the bottom. */
                margin_bottom?: string;
                /** @description Margin at the left. */
                margin_left?: string;
                /**
                 * @description Print background colours and images.
                 * @default true
                 */
                background?: boolean;
                /**
                 * @description Scale of the content.
                 * @default 1
                 */
                scale?: number;
                /** @description HTML at the top of each page; elements of class date, title, url, pageNumber and totalPages are filled in. */
                header_template?: string;
                /** @description HTML at the bottom of each page. */
                footer_template?: string;
                /** @description The pages to keep. */
                page_ranges?: string;
                /**
                 * @description One page as high as the document.
                 * @default false
                 */
                one_page?: boolean;
            };
            /** @description How a video is recorded. */
            video?: {
                /**
                 * @description Seconds that it lasts; they do not count towards timeout.
                 * @default 5
                 */
                duration?: number;
                /**
                 * @description Pictures a second.
                 * @default 25
                 */
                fps?: number;
                /**
                 * @description Scroll down the page meanwhile, to its end.
                 * @default false
                 */
                scroll?: boolean;
                /**
                 * @description Scroll back up again in the second half; needs scroll.
                 * @default false
                 */
                scroll_back?: boolean;
            };
        };
        ScreenshotOptions: {
            /**
             * @description Viewport width in CSS pixels.
             * @default 1280
             */
            width?: number;
            /**
             * @description Viewport height in CSS pixels.
             * @default 800
             */
            height?: number;
            /**
             * @description What the capture gives.
             * @default png
             * @enum {string}
             */
            format?: "png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4";
            /**
             * @description Quality of jpeg, webp and avif; png is lossless.
             * @default 80
             */
            quality?: number;
            /**
             * @description The whole page rather than the viewport.
             * @default false
             */
            full_page?: boolean;
            /**
             * @description The machine the page believes it is shown on: desktop, mobile, tablet, or a model of docs/devices.md.
             * @default desktop
             */
            device?: string;
            /**
             * @description Refuse ads.
             * @default false
             */
            block_ads?: boolean;
            /**
             * @description Refuse, answer or hide cookie consent dialogs.
             * @default true
             */
            block_cookies?: boolean;
            /**
             * @description Tell the page that dark colours are preferred.
             * @default false
             */
            dark_mode?: boolean;
            /**
             * @description Seconds to wait after the page has loaded; they do not count towards timeout.
             * @default 0
             */
            delay?: number;
            /**
             * @description Seconds allowed from navigation to picture.
             * @default 30
             */
            timeout?: number;
            /**
             * @description Two image pixels for each CSS pixel, each way.
             * @default false
             */
            retina?: boolean;
            /**
             * @description Leave the page's default background transparent; png, webp and avif.
             * @default false
             */
            omit_background?: boolean;
            /** @description Width that the picture is resized to, in image pixels. */
            image_width?: number;
            /** @description Height that the picture is resized to; with image_width alone it follows. */
            image_height?: number;
            /**
             * @description How the picture is fitted when both are given.
             * @default cover
             * @enum {string}
             */
            fit?: "cover" | "contain" | "fill";
            /** @description Further results of the same load. */
            also?: ("png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4")[];
            /** @description Image pixels for each CSS pixel, each way; the device's own when it is not given. */
            device_scale_factor?: number;
            /** @description Honour the viewport meta tag; the device decides when it is not given. */
            is_mobile?: boolean;
            /** @description Offer touch; the device decides when it is not given. */
            has_touch?: boolean;
            /**
             * @description Turn the device by a quarter.
             * @default false
             */
            landscape?: boolean;
            /**
             * @description Scroll a full page, or a taller element or clip, through once, so that what loads late is there.
             * @default true
             */
            scroll?: boolean;
            /** @description How far each step of that goes, in CSS pixels; nine tenths of the viewport when it is not given. */
            scroll_step?: number;
            /**
             * @description Seconds between its steps.
             * @default 0.1
             */
            scroll_delay?: number;
            /**
             * @description Seconds it takes at most.
             * @default 8
             */
            scroll_time?: number;
            /**
             * @description How far it goes at most, in CSS pixels.
             * @default 30000
             */
            scroll_pixels?: number;
            /** @description Height of a full page at most, in CSS pixels; the rest is cut off. */
            max_height?: number;
            /**
             * @description What a full page does with elements that stick to the viewport.
             * @default first
             * @enum {string}
             */
            sticky?: "keep" | "hide" | "first";
            /** @description Picture of this element alone: a CSS selector. */
            selector?: string;
            /**
             * @description What happens when nothing fits selector.
             * @default fail
             * @enum {string}
             */
            selector_missing?: "fail" | "page";
            /**
             * @description CSS pixels of page around the element.
             * @default 0
             */
            selector_padding?: number;
            /** @description Picture of this part of the page alone. */
            clip?: {
                /** @description Left edge in CSS pixels of the page. */
                x: number;
                /** @description Top edge in CSS pixels of the page. */
                y: number;
                /** @description Width in CSS pixels. */
                width: number;
                /** @description Height in CSS pixels. */
                height: number;
            };
            /** @description Cut a full page into several images. */
            slices?: {
                /** @description Height of each slice in CSS pixels. */
                height: number;
                /**
                 * @description How many CSS pixels of a slice are shown again at the top of the next.
                 * @default 0
                 */
                overlap?: number;
            };
            /**
             * @description When the page counts as loaded.
             * @default load
             * @enum {string}
             */
            wait_until?: "load" | "domcontentloaded" | "networkidle0" | "networkidle2";
            /** @description Wait until something visible fits this CSS selector. */
            wait_for_selector?: string;
            /** @description Wait until this JavaScript expression is true. */
            wait_for_function?: string;
            /**
             * @description Wait for fonts and images, finish animations, and until two frames are equal.
             * @default false
             */
            stable?: boolean;
            /**
             * @description When the time is over take what is there, and say so.
             * @default false
             */
            best_attempt?: boolean;
            /**
             * @description Tell the page that less motion is preferred.
             * @default false
             */
            reduced_motion?: boolean;
            /**
             * @description The medium that stylesheets see; not given, a PDF is for print and everything else for the screen.
             * @enum {string}
             */
            media_type?: "screen" | "print";
            /** @description A stylesheet that is added to the page. */
            css?: string;
            /** @description A script that is run in the page when it has loaded. */
            js?: string;
            /**
             * @description Ignore the content security policy of the page.
             * @default false
             */
            bypass_csp?: boolean;
            /** @description Elements that are not shown, nor told in html, mhtml and markdown. */
            hide_selectors?: string[];
            /** @description Elements that are painted over, and whose words are blackened in html, mhtml and markdown. */
            mask_selectors?: string[];
            /**
             * @description Finish transitions and finite animations, stop the others at their beginning.
             * @default false
             */
            disable_animations?: boolean;
            /**
             * @description Run no script of the page.
             * @default false
             */
            disable_javascript?: boolean;
            /** @description A time zone such as Europe/Zurich. */
            timezone?: string;
            /** @description A language such as de-CH. */
            locale?: string;
            /** @description Where the page is told that it is. */
            geolocation?: {
                /** @description Degrees north. */
                latitude: number;
                /** @description Degrees east. */
                longitude: number;
                /**
                 * @description Metres.
                 * @default 10
                 */
                accuracy?: number;
            };
            /** @description What is done to the page before the picture, in order. */
            steps?: {
                /**
                 * @description What to do.
                 * @enum {string}
                 */
                action: "click" | "hover" | "type" | "press" | "select" | "scroll" | "wait";
                /** @description The element: a CSS selector. */
                selector?: string;
                /** @description What to type. */
                text?: string;
                /** @description The key to press, such as Enter or ArrowDown. */
                key?: string;
                /** @description The values to choose. */
                values?: string[];
                /** @description How far to scroll down; less than 0 is up. */
                pixels?: number;
                /** @description How long to wait. */
                seconds?: number;
                /**
                 * @description Seconds that this step may take.
                 * @default 5
                 */
                timeout?: number;
            }[];
            /** @description Headers of requests to the page's own origin. */
            headers?: {
                [key: string]: string;
            };
            /** @description Cookies that the page finds. */
            cookies?: {
                /** @description Its name. */
                name: string;
                /** @description Its value. */
                value: string;
                /** @description Its domain; the page's host when it is not given. */
                domain?: string;
                /**
                 * @description Its path.
                 * @default /
                 */
                path?: string;
                /**
                 * @description Sent over https alone.
                 * @default false
                 */
                secure?: boolean;
                /**
                 * @description Hidden from scripts.
                 * @default false
                 */
                http_only?: boolean;
                /**
                 * @description With which requests it travels; the browser decides when it is not given.
                 * @enum {string}
                 */
                same_site?: "strict" | "lax" | "none";
            }[];
            /** @description The user agent instead of the device's. */
            user_agent?: string;
            /** @description Answers to HTTP authentication of the page's own host. */
            basic_auth?: {
                /** @description The user. */
                username: string;
                /** @description The password. */
                password?: string;
            };
            /**
             * @description How the page itself is asked for.
             * @default get
             * @enum {string}
             */
            method?: "get" | "post" | "put" | "patch";
            /** @description The body of that request. */
            body?: string;
            /** @description An http proxy of your own: http://user:password@host:port. */
            proxy?: string;
            /**
             * @description Refuse trackers.
             * @default false
             */
            block_trackers?: boolean;
            /**
             * @description Refuse and hide chat widgets.
             * @default false
             */
            block_chats?: boolean;
            /** @description Kinds of requests to refuse. */
            block_resources?: ("stylesheet" | "image" | "media" | "font" | "script" | "texttrack" | "xhr" | "fetch" | "eventsource" | "websocket" | "manifest" | "other")[];
            /** @description Requests to refuse, by URL; * stands for anything. */
            block_urls?: string[];
            /** @description Fail when the page answers with one of these: 404, or 500-599. */
            fail_on_status?: string[];
            /** @description Fail when one of these is in the text of the page. */
            fail_if_text?: string[];
            /** @description Fail when one of these is not in the text of the page. */
            fail_if_text_missing?: string[];
            /** @description Fail when something fits one of these CSS selectors. */
            fail_if_selector?: string[];
            /**
             * @description Fail when the page writes an error to its console.
             * @default false
             */
            fail_on_console_error?: boolean;
            /** @description Fail when a request to a URL like one of these fails; * stands for anything. */
            fail_on_request_failed?: string[];
            /** @description How a PDF is made. */
            pdf?: {
                /**
                 * @description The size of the paper.
                 * @default a4
                 * @enum {string}
                 */
                paper?: "a0" | "a1" | "a2" | "a3" | "a4" | "a5" | "a6" | "letter" | "legal" | "tabloid" | "ledger";
                /** @description Width of the paper instead. */
                width?: string;
                /** @description Height of the paper instead. */
                height?: string;
                /**
                 * @description Turned by a quarter.
                 * @default false
                 */
                landscape?: boolean;
                /** @description Margin at the top. */
                margin_top?: string;
                /** @description Margin at the right. */
                margin_right?: string;
                /** @description Margin at the bottom. */
                margin_bottom?: string;
                /** @description Margin at the left. */
                margin_left?: string;
                /**
                 * @description Print background colours and images.
                 * @default true
                 */
                background?: boolean;
                /**
                 * @description Scale of the content.
                 * @default 1
                 */
                scale?: number;
                /** @description HTML at the top of each page; elements of class date, title, url, pageNumber and totalPages are filled in. */
                header_template?: string;
                /** @description HTML at the bottom of each page. */
                footer_template?: string;
                /** @description The pages to keep. */
                page_ranges?: string;
                /**
                 * @description One page as high as the document.
                 * @default false
                 */
                one_page?: boolean;
            };
            /** @description How a video is recorded. */
            video?: {
                /**
                 * @description Seconds that it lasts; they do not count towards timeout.
                 * @default 5
                 */
                duration?: number;
                /**
                 * @description Pictures a second.
                 * @default 25
                 */
                fps?: number;
                /**
                 * @description Scroll down the page meanwhile, to its end.
                 * @default false
                 */
                scroll?: boolean;
                /**
                 * @description Scroll back up again in the second half; needs scroll.
                 * @default false
                 */
                scroll_back?: boolean;
            };
        };
        Explanation: {
            options: components["schemas"]["ScreenshotOptions"];
            /** @description Equal for wishes that are equal: what dedupe and cache_ttl go by. */
            cache_key: string;
            /** @description What you may not expect, in sentences. */
            warnings: string[];
            /** @description As far as that is known without asking DNS. */
            may_be_visited: boolean;
            blocked_because?: string;
        };
        Screenshot: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            /** @description The page; null when it came with the request. */
            url: string | null;
            options: components["schemas"]["ScreenshotOptions"];
            webhook_url: string | null;
            /** @description Of the end at webhook_url; null when that is not told of it. */
            webhook: components["schemas"]["WebhookProgress"] | null;
            /** Format: date-time */
            created_at: string;
            file_size?: number;
            mime_type?: string;
            width?: number;
            height?: number;
            processing_time_ms?: number;
            image_url?: string;
            error?: {
                code: string;
                message: string;
            };
            /** Format: date-time */
            completed_at?: string | null;
            /** Format: date-time */
            failed_at?: string | null;
            /** Format: date-time */
            cancelled_at?: string | null;
            /** Format: date-time */
            expires_at?: string | null;
            /** @enum {string} */
            source?: "url" | "html" | "markdown";
            /** @enum {string} */
            priority?: "interactive" | "batch";
            /** @enum {string} */
            cache?: "hit" | "miss";
            tags?: string[];
            /** Format: uuid */
            batch_id?: string;
            batch_row?: number;
            external_id?: string;
            metadata?: {
                [key: string]: string;
            };
            /** Format: uuid */
            retry_of?: string;
            apps?: string[];
            artefacts?: components["schemas"]["Artefact"][];
            report_url?: string;
            verdicts?: {
                blank: boolean;
                challenge: boolean;
                error_page: boolean;
                banner_removed: boolean;
                partial: boolean;
            };
            final_url?: string | null;
            http_status?: number | null;
            title?: string | null;
            sha256?: string | null;
            perceptual_hash?: string | null;
            /** @description Oldest first, where apps were chosen; null when nobody can be asked now. */
            deliveries?: components["schemas"]["ScreenshotDelivery"][] | null;
        };
        ScreenshotList: {
            data: components["schemas"]["Screenshot"][];
            /** @description The cursor of the next page; null on the last one. */
            next_cursor: string | null;
        };
        ScreenshotDelivery: {
            id: string;
            /** Format: uuid */
            app_id: string | null;
            event: string;
            /** @enum {string} */
            state: "pending" | "sending" | "succeeded" | "failed" | "cancelled" | "paused" | "unknown";
            attempts: number | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            last_status: number | null;
            last_error: string | null;
        };
        WebhookProgress: {
            /** @enum {string} */
            state: "pending" | "sending" | "succeeded" | "failed" | "cancelled" | "paused" | "unknown";
            attempts: number | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            last_status: number | null;
            last_error: string | null;
        };
        Artefact: {
            name: string;
            mime_type: string;
            file_size: number;
            url: string;
            width?: number;
            height?: number;
        };
        LinkRequest: {
            /** @description The page to capture: http or https, no user name or password in it. */
            url?: string;
            /** @description The page itself, as HTML, instead of url. */
            html?: string;
            /** @description The page itself, as Markdown, instead of url. */
            markdown?: string;
            /**
             * @description What goes first among your own: interactive before batch.
             * @default interactive
             * @enum {string}
             */
            priority?: "interactive" | "batch";
            /**
             * @description Share the capture of an equal wish of yours that has not ended yet.
             * @default false
             */
            dedupe?: boolean;
            /** @description What you sort it by; the first is {tag} in the path of an upload. */
            tags?: string[];
            /**
             * @description Take the result of an equal wish of yours that completed no longer than this many seconds ago.
             * @default 0
             */
            cache_ttl?: number;
            /** @description What you call it; the list finds it by that. */
            external_id?: string;
            /** @description Texts of yours that are kept with it and come back in answers and webhooks; 4 KiB all together. */
            metadata?: {
                [key: string]: string;
            };
            /** @description Seconds that the image is kept; as long as this installation keeps images when not given, and no longer. */
            expires_in?: number;
            /**
             * @description Viewport width in CSS pixels.
             * @default 1280
             */
            width?: number;
            /**
             * @description Viewport height in CSS pixels.
             * @default 800
             */
            height?: number;
            /**
             * @description What the capture gives.
             * @default png
             * @enum {string}
             */
            format?: "png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4";
            /**
             * @description Quality of jpeg, webp and avif; png is lossless.
             * @default 80
             */
            quality?: number;
            /**
             * @description The whole page rather than the viewport.
             * @default false
             */
            full_page?: boolean;
            /**
             * @description The machine the page believes it is shown on: desktop, mobile, tablet, or a model of docs/devices.md.
             * @default desktop
             */
            device?: string;
            /**
             * @description Refuse ads.
             * @default false
             */
            block_ads?: boolean;
            /**
             * @description Refuse, answer or hide cookie consent dialogs.
             * @default true
             */
            block_cookies?: boolean;
            /**
             * @description Tell the page that dark colours are preferred.
             * @default false
             */
            dark_mode?: boolean;
            /**
             * @description Seconds to wait after the page has loaded; they do not count towards timeout.
             * @default 0
             */
            delay?: number;
            /**
             * @description Seconds allowed from navigation to picture.
             * @default 30
             */
            timeout?: number;
            /**
             * @description Two image pixels for each CSS pixel, each way.
             * @default false
             */
            retina?: boolean;
            /**
             * @description Leave the page's default background transparent; png, webp and avif.
             * @default false
             */
            omit_background?: boolean;
            /** @description Width that the picture is resized to, in image pixels. */
            image_width?: number;
            /** @description Height that the picture is resized to; with image_width alone it follows. */
            image_height?: number;
            /**
             * @description How the picture is fitted when both are given.
             * @default cover
             * @enum {string}
             */
            fit?: "cover" | "contain" | "fill";
            /** @description Further results of the same load. */
            also?: ("png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4")[];
            /** @description Image pixels for each CSS pixel, each way; the device's own when it is not given. */
            device_scale_factor?: number;
            /** @description Honour the viewport meta tag; the device decides when it is not given. */
            is_mobile?: boolean;
            /** @description Offer touch; the device decides when it is not given. */
            has_touch?: boolean;
            /**
             * @description Turn the device by a quarter.
             * @default false
             */
            landscape?: boolean;
            /**
             * @description Scroll a full page, or a taller element or clip, through once, so that what loads late is there.
             * @default true
             */
            scroll?: boolean;
            /** @description How far each step of that goes, in CSS pixels; nine tenths of the viewport when it is not given. */
            scroll_step?: number;
            /**
             * @description Seconds between its steps.
             * @default 0.1
             */
            scroll_delay?: number;
            /**
             * @description Seconds it takes at most.
             * @default 8
             */
            scroll_time?: number;
            /**
             * @description How far it goes at most, in CSS pixels.
             * @default 30000
             */
            scroll_pixels?: number;
            /** @description Height of a full page at most, in CSS pixels; the rest is cut off. */
            max_height?: number;
            /**
             * @description What a full page does with elements that stick to the viewport.
             * @default first
             * @enum {string}
             */
            sticky?: "keep" | "hide" | "first";
            /** @description Picture of this element alone: a CSS selector. */
            selector?: string;
            /**
             * @description What happens when nothing fits selector.
             * @default fail
             * @enum {string}
             */
            selector_missing?: "fail" | "page";
            /**
             * @description CSS pixels of page around the element.
             * @default 0
             */
            selector_padding?: number;
            /** @description Picture of this part of the page alone. */
            clip?: {
                /** @description Left edge in CSS pixels of the page. */
                x: number;
                /** @description Top edge in CSS pixels of the page. */
                y: number;
                /** @description Width in CSS pixels. */
                width: number;
                /** @description Height in CSS pixels. */
                height: number;
            };
            /** @description Cut a full page into several images. */
            slices?: {
                /** @description Height of each slice in CSS pixels. */
                height: number;
                /**
                 * @description How many CSS pixels of a slice are shown again at the top of the next.
                 * @default 0
                 */
                overlap?: number;
            };
            /**
             * @description When the page counts as loaded.
             * @default load
             * @enum {string}
             */
            wait_until?: "load" | "domcontentloaded" | "networkidle0" | "networkidle2";
            /** @description Wait until something visible fits this CSS selector. */
            wait_for_selector?: string;
            /** @description Wait until this JavaScript expression is true. */
            wait_for_function?: string;
            /**
             * @description Wait for fonts and images, finish animations, and until two frames are equal.
             * @default false
             */
            stable?: boolean;
            /**
             * @description When the time is over take what is there, and say so.
             * @default false
             */
            best_attempt?: boolean;
            /**
             * @description Tell the page that less motion is preferred.
             * @default false
             */
            reduced_motion?: boolean;
            /**
             * @description The medium that stylesheets see; not given, a PDF is for print and everything else for the screen.
             * @enum {string}
             */
            media_type?: "screen" | "print";
            /** @description A stylesheet that is added to the page. */
            css?: string;
            /** @description A script that is run in the page when it has loaded. */
            js?: string;
            /**
             * @description Ignore the content security policy of the page.
             * @default false
             */
            bypass_csp?: boolean;
            /** @description Elements that are not shown, nor told in html, mhtml and markdown. */
            hide_selectors?: string[];
            /** @description Elements that are painted over, and whose words are blackened in html, mhtml and markdown. */
            mask_selectors?: string[];
            /**
             * @description Finish transitions and finite animations, stop the others at their beginning.
             * @default false
             */
            disable_animations?: boolean;
            /**
             * @description Run no script of the page.
             * @default false
             */
            disable_javascript?: boolean;
            /** @description A time zone such as Europe/Zurich. */
            timezone?: string;
            /** @description A language such as de-CH. */
            locale?: string;
            /** @description Where the page is told that it is. */
            geolocation?: {
                /** @description Degrees north. */
                latitude: number;
                /** @description Degrees east. */
                longitude: number;
                /**
                 * @description Metres.
                 * @default 10
                 */
                accuracy?: number;
            };
            /** @description What is done to the page before the picture, in order. */
            steps?: {
                /**
                 * @description What to do.
                 * @enum {string}
                 */
                action: "click" | "hover" | "type" | "press" | "select" | "scroll" | "wait";
                /** @description The element: a CSS selector. */
                selector?: string;
                /** @description What to type. */
                text?: string;
                /** @description The key to press, such as Enter or ArrowDown. */
                key?: string;
                /** @description The values to choose. */
                values?: string[];
                /** @description How far to scroll down; less than 0 is up. */
                pixels?: number;
                /** @description How long to wait. */
                seconds?: number;
                /**
                 * @description Seconds that this step may take.
                 * @default 5
                 */
                timeout?: number;
            }[];
            /** @description The user agent instead of the device's. */
            user_agent?: string;
            /**
             * @description How the page itself is asked for.
             * @default get
             * @enum {string}
             */
            method?: "get" | "post" | "put" | "patch";
            /**
             * @description Refuse trackers.
             * @default false
             */
            block_trackers?: boolean;
            /**
             * @description Refuse and hide chat widgets.
             * @default false
             */
            block_chats?: boolean;
            /** @description Kinds of requests to refuse. */
            block_resources?: ("stylesheet" | "image" | "media" | "font" | "script" | "texttrack" | "xhr" | "fetch" | "eventsource" | "websocket" | "manifest" | "other")[];
            /** @description Requests to refuse, by URL; * stands for anything. */
            block_urls?: string[];
            /** @description Fail when the page answers with one of these: 404, or 500-599. */
            fail_on_status?: string[];
            /** @description Fail when one of these is in the text of the page. */
            fail_if_text?: string[];
            /** @description Fail when one of these is not in the text of the page. */
            fail_if_text_missing?: string[];
            /** @description Fail when something fits one of these CSS selectors. */
            fail_if_selector?: string[];
            /**
             * @description Fail when the page writes an error to its console.
             * @default false
             */
            fail_on_console_error?: boolean;
            /** @description Fail when a request to a URL like one of these fails; * stands for anything. */
            fail_on_request_failed?: string[];
            /** @description How a PDF is made. */
            pdf?: {
                /**
                 * @description The size of the paper.
                 * @default a4
                 * @enum {string}
                 */
                paper?: "a0" | "a1" | "a2" | "a3" | "a4" | "a5" | "a6" | "letter" | "legal" | "tabloid" | "ledger";
                /** @description Width of the paper instead. */
                width?: string;
                /** @description Height of the paper instead. */
                height?: string;
                /**
                 * @description Turned by a quarter.
                 * @default false
                 */
                landscape?: boolean;
                /** @description Margin at the top. */
                margin_top?: string;
                /** @description Margin at the right. */
                margin_right?: string;
                /** @description Margin at the bottom. */
                margin_bottom?: string;
                /** @description Margin at the left. */
                margin_left?: string;
                /**
                 * @description Print background colours and images.
                 * @default true
                 */
                background?: boolean;
                /**
                 * @description Scale of the content.
                 * @default 1
                 */
                scale?: number;
                /** @description HTML at the top of each page; elements of class date, title, url, pageNumber and totalPages are filled in. */
                header_template?: string;
                /** @description HTML at the bottom of each page. */
                footer_template?: string;
                /** @description The pages to keep. */
                page_ranges?: string;
                /**
                 * @description One page as high as the document.
                 * @default false
                 */
                one_page?: boolean;
            };
            /** @description How a video is recorded. */
            video?: {
                /**
                 * @description Seconds that it lasts; they do not count towards timeout.
                 * @default 5
                 */
                duration?: number;
                /**
                 * @description Pictures a second.
                 * @default 25
                 */
                fps?: number;
                /**
                 * @description Scroll down the page meanwhile, to its end.
                 * @default false
                 */
                scroll?: boolean;
                /**
                 * @description Scroll back up again in the second half; needs scroll.
                 * @default false
                 */
                scroll_back?: boolean;
            };
            /**
             * @description Seconds that the link is good for.
             * @default 2592000
             */
            valid_for?: number;
        };
        Link: {
            url: string;
            /** Format: date-time */
            expires_at: string;
        };
        BatchRow: {
            /** @description The page to capture: http or https, no user name or password in it. */
            url?: string;
            /** @description The page itself, as HTML, instead of url. */
            html?: string;
            /** @description The page itself, as Markdown, instead of url. */
            markdown?: string;
            /**
             * @description What goes first among your own: interactive before batch.
             * @default interactive
             * @enum {string}
             */
            priority?: "interactive" | "batch";
            /**
             * @description Share the capture of an equal wish of yours that has not ended yet.
             * @default false
             */
            dedupe?: boolean;
            /** @description What you sort it by; the first is {tag} in the path of an upload. */
            tags?: string[];
            /**
             * @description Take the result of an equal wish of yours that completed no longer than this many seconds ago.
             * @default 0
             */
            cache_ttl?: number;
            /** @description What you call it; the list finds it by that. */
            external_id?: string;
            /** @description Texts of yours that are kept with it and come back in answers and webhooks; 4 KiB all together. */
            metadata?: {
                [key: string]: string;
            };
            /** @description Seconds that the image is kept; as long as this installation keeps images when not given, and no longer. */
            expires_in?: number;
            /**
             * @description Viewport width in CSS pixels.
             * @default 1280
             */
            width?: number;
            /**
             * @description Viewport height in CSS pixels.
             * @default 800
             */
            height?: number;
            /**
             * @description What the capture gives.
             * @default png
             * @enum {string}
             */
            format?: "png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4";
            /**
             * @description Quality of jpeg, webp and avif; png is lossless.
             * @default 80
             */
            quality?: number;
            /**
             * @description The whole page rather than the viewport.
             * @default false
             */
            full_page?: boolean;
            /**
             * @description The machine the page believes it is shown on: desktop, mobile, tablet, or a model of docs/devices.md.
             * @default desktop
             */
            device?: string;
            /**
             * @description Refuse ads.
             * @default false
             */
            block_ads?: boolean;
            /**
             * @description Refuse, answer or hide cookie consent dialogs.
             * @default true
             */
            block_cookies?: boolean;
            /**
             * @description Tell the page that dark colours are preferred.
             * @default false
             */
            dark_mode?: boolean;
            /**
             * @description Seconds to wait after the page has loaded; they do not count towards timeout.
             * @default 0
             */
            delay?: number;
            /**
             * @description Seconds allowed from navigation to picture.
             * @default 30
             */
            timeout?: number;
            /**
             * @description Two image pixels for each CSS pixel, each way.
             * @default false
             */
            retina?: boolean;
            /**
             * @description Leave the page's default background transparent; png, webp and avif.
             * @default false
             */
            omit_background?: boolean;
            /** @description Width that the picture is resized to, in image pixels. */
            image_width?: number;
            /** @description Height that the picture is resized to; with image_width alone it follows. */
            image_height?: number;
            /**
             * @description How the picture is fitted when both are given.
             * @default cover
             * @enum {string}
             */
            fit?: "cover" | "contain" | "fill";
            /** @description Further results of the same load. */
            also?: ("png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4")[];
            /** @description Image pixels for each CSS pixel, each way; the device's own when it is not given. */
            device_scale_factor?: number;
            /** @description Honour the viewport meta tag; the device decides when it is not given. */
            is_mobile?: boolean;
            /** @description Offer touch; the device decides when it is not given. */
            has_touch?: boolean;
            /**
             * @description Turn the device by a quarter.
             * @default false
             */
            landscape?: boolean;
            /**
             * @description Scroll a full page, or a taller element or clip, through once, so that what loads late is there.
             * @default true
             */
            scroll?: boolean;
            /** @description How far each step of that goes, in CSS pixels; nine tenths of the viewport when it is not given. */
            scroll_step?: number;
            /**
             * @description Seconds between its steps.
             * @default 0.1
             */
            scroll_delay?: number;
            /**
             * @description Seconds it takes at most.
             * @default 8
             */
            scroll_time?: number;
            /**
             * @description How far it goes at most, in CSS pixels.
             * @default 30000
             */
            scroll_pixels?: number;
            /** @description Height of a full page at most, in CSS pixels; the rest is cut off. */
            max_height?: number;
            /**
             * @description What a full page does with elements that stick to the viewport.
             * @default first
             * @enum {string}
             */
            sticky?: "keep" | "hide" | "first";
            /** @description Picture of this element alone: a CSS selector. */
            selector?: string;
            /**
             * @description What happens when nothing fits selector.
             * @default fail
             * @enum {string}
             */
            selector_missing?: "fail" | "page";
            /**
             * @description CSS pixels of page around the element.
             * @default 0
             */
            selector_padding?: number;
            /** @description Picture of this part of the page alone. */
            clip?: {
                /** @description Left edge in CSS pixels of the page. */
                x: number;
                /** @description Top edge in CSS pixels of the page. */
                y: number;
                /** @description Width in CSS pixels. */
                width: number;
                /** @description Height in CSS pixels. */
                height: number;
            };
            /** @description Cut a full page into several images. */
            slices?: {
                /** @description Height of each slice in CSS pixels. */
                height: number;
                /**
                 * @description How many CSS pixels of a slice are shown again at the top of the next.
                 * @default 0
                 */
                overlap?: number;
            };
            /**
             * @description When the page counts as loaded.
             * @default load
             * @enum {string}
             */
            wait_until?: "load" | "domcontentloaded" | "networkidle0" | "networkidle2";
            /** @description Wait until something visible fits this CSS selector. */
            wait_for_selector?: string;
            /** @description Wait until this JavaScript expression is true. */
            wait_for_function?: string;
            /**
             * @description Wait for fonts and images, finish animations, and until two frames are equal.
             * @default false
             */
            stable?: boolean;
            /**
             * @description When the time is over take what is there, and say so.
             * @default false
             */
            best_attempt?: boolean;
            /**
             * @description Tell the page that less motion is preferred.
             * @default false
             */
            reduced_motion?: boolean;
            /**
             * @description The medium that stylesheets see; not given, a PDF is for print and everything else for the screen.
             * @enum {string}
             */
            media_type?: "screen" | "print";
            /** @description A stylesheet that is added to the page. */
            css?: string;
            /** @description A script that is run in the page when it has loaded. */
            js?: string;
            /**
             * @description Ignore the content security policy of the page.
             * @default false
             */
            bypass_csp?: boolean;
            /** @description Elements that are not shown, nor told in html, mhtml and markdown. */
            hide_selectors?: string[];
            /** @description Elements that are painted over, and whose words are blackened in html, mhtml and markdown. */
            mask_selectors?: string[];
            /**
             * @description Finish transitions and finite animations, stop the others at their beginning.
             * @default false
             */
            disable_animations?: boolean;
            /**
             * @description Run no script of the page.
             * @default false
             */
            disable_javascript?: boolean;
            /** @description A time zone such as Europe/Zurich. */
            timezone?: string;
            /** @description A language such as de-CH. */
            locale?: string;
            /** @description Where the page is told that it is. */
            geolocation?: {
                /** @description Degrees north. */
                latitude: number;
                /** @description Degrees east. */
                longitude: number;
                /**
                 * @description Metres.
                 * @default 10
                 */
                accuracy?: number;
            };
            /** @description What is done to the page before the picture, in order. */
            steps?: {
                /**
                 * @description What to do.
                 * @enum {string}
                 */
                action: "click" | "hover" | "type" | "press" | "select" | "scroll" | "wait";
                /** @description The element: a CSS selector. */
                selector?: string;
                /** @description What to type. */
                text?: string;
                /** @description The key to press, such as Enter or ArrowDown. */
                key?: string;
                /** @description The values to choose. */
                values?: string[];
                /** @description How far to scroll down; less than 0 is up. */
                pixels?: number;
                /** @description How long to wait. */
                seconds?: number;
                /**
                 * @description Seconds that this step may take.
                 * @default 5
                 */
                timeout?: number;
            }[];
            /** @description Headers of requests to the page's own origin. */
            headers?: {
                [key: string]: string;
            };
            /** @description Cookies that the page finds. */
            cookies?: {
                /** @description Its name. */
                name: string;
                /** @description Its value. */
                value: string;
                /** @description Its domain; the page's host when it is not given. */
                domain?: string;
                /**
                 * @description Its path.
                 * @default /
                 */
                path?: string;
                /**
                 * @description Sent over https alone.
                 * @default false
                 */
                secure?: boolean;
                /**
                 * @description Hidden from scripts.
                 * @default false
                 */
                http_only?: boolean;
                /**
                 * @description With which requests it travels; the browser decides when it is not given.
                 * @enum {string}
                 */
                same_site?: "strict" | "lax" | "none";
            }[];
            /** @description The user agent instead of the device's. */
            user_agent?: string;
            /** @description Answers to HTTP authentication of the page's own host. */
            basic_auth?: {
                /** @description The user. */
                username: string;
                /** @description The password. */
                password?: string;
            };
            /**
             * @description How the page itself is asked for.
             * @default get
             * @enum {string}
             */
            method?: "get" | "post" | "put" | "patch";
            /** @description The body of that request. */
            body?: string;
            /** @description An http proxy of your own: http://user:password@host:port. */
            proxy?: string;
            /**
             * @description Refuse trackers.
             * @default false
             */
            block_trackers?: boolean;
            /**
             * @description Refuse and hide chat widgets.
             * @default false
             */
            block_chats?: boolean;
            /** @description Kinds of requests to refuse. */
            block_resources?: ("stylesheet" | "image" | "media" | "font" | "script" | "texttrack" | "xhr" | "fetch" | "eventsource" | "websocket" | "manifest" | "other")[];
            /** @description Requests to refuse, by URL; * stands for anything. */
            block_urls?: string[];
            /** @description Fail when the page answers with one of these: 404, or 500-599. */
            fail_on_status?: string[];
            /** @description Fail when one of these is in the text of the page. */
            fail_if_text?: string[];
            /** @description Fail when one of these is not in the text of the page. */
            fail_if_text_missing?: string[];
            /** @description Fail when something fits one of these CSS selectors. */
            fail_if_selector?: string[];
            /**
             * @description Fail when the page writes an error to its console.
             * @default false
             */
            fail_on_console_error?: boolean;
            /** @description Fail when a request to a URL like one of these fails; * stands for anything. */
            fail_on_request_failed?: string[];
            /** @description How a PDF is made. */
            pdf?: {
                /**
                 * @description The size of the paper.
                 * @default a4
                 * @enum {string}
                 */
                paper?: "a0" | "a1" | "a2" | "a3" | "a4" | "a5" | "a6" | "letter" | "legal" | "tabloid" | "ledger";
                /** @description Width of the paper instead. */
                width?: string;
                /** @description Height of the paper instead. */
                height?: string;
                /**
                 * @description Turned by a quarter.
                 * @default false
                 */
                landscape?: boolean;
                /** @description Margin at the top. */
                margin_top?: string;
                /** @description Margin at the right. */
                margin_right?: string;
                /** @description Margin at the bottom. */
                margin_bottom?: string;
                /** @description Margin at the left. */
                margin_left?: string;
                /**
                 * @description Print background colours and images.
                 * @default true
                 */
                background?: boolean;
                /**
                 * @description Scale of the content.
                 * @default 1
                 */
                scale?: number;
                /** @description HTML at the top of each page; elements of class date, title, url, pageNumber and totalPages are filled in. */
                header_template?: string;
                /** @description HTML at the bottom of each page. */
                footer_template?: string;
                /** @description The pages to keep. */
                page_ranges?: string;
                /**
                 * @description One page as high as the document.
                 * @default false
                 */
                one_page?: boolean;
            };
            /** @description How a video is recorded. */
            video?: {
                /**
                 * @description Seconds that it lasts; they do not count towards timeout.
                 * @default 5
                 */
                duration?: number;
                /**
                 * @description Pictures a second.
                 * @default 25
                 */
                fps?: number;
                /**
                 * @description Scroll down the page meanwhile, to its end.
                 * @default false
                 */
                scroll?: boolean;
                /**
                 * @description Scroll back up again in the second half; needs scroll.
                 * @default false
                 */
                scroll_back?: boolean;
            };
        };
        BatchRequest: {
            /** @description The pages. */
            urls?: string[];
            /** @description Wishes with options of their own, which go before those of the batch. */
            requests?: components["schemas"]["BatchRow"][];
            /** @description Find the pages: those that are linked from the first one, within one domain. */
            crawl?: {
                /** @description The first page: http or https. */
                start_url: string;
                /** @description Pages are of this domain or of one below it; that of start_url when not given. */
                domain?: string;
                /**
                 * @description Pages that are captured at most.
                 * @default 100
                 */
                max_urls?: number;
                /**
                 * @description Capture also what robots.txt asks robots to leave alone.
                 * @default false
                 */
                ignore_robots?: boolean;
            };
            /**
             * @description What goes first among your own: interactive before batch.
             * @default interactive
             * @enum {string}
             */
            priority?: "interactive" | "batch";
            /**
             * @description Share the capture of an equal wish of yours that has not ended yet.
             * @default false
             */
            dedupe?: boolean;
            /** @description What you sort it by; the first is {tag} in the path of an upload. */
            tags?: string[];
            /**
             * @description Take the result of an equal wish of yours that completed no longer than this many seconds ago.
             * @default 0
             */
            cache_ttl?: number;
            /** @description Texts of yours that are kept with it and come back in answers and webhooks; 4 KiB all together. */
            metadata?: {
                [key: string]: string;
            };
            /** @description Seconds that the image is kept; as long as this installation keeps images when not given, and no longer. */
            expires_in?: number;
            /** @description Where the end is announced, by a signed POST. */
            webhook_url?: string;
            /** @description The types of events that go to webhook_url; those of completed and failed when not given. */
            webhook_events?: string[];
            /** @description What this webhook is signed with, instead of the account's secret: 16 characters or more. */
            webhook_secret?: string;
            /** @description Headers that this webhook gets. */
            webhook_headers?: {
                [key: string]: string;
            };
            /** @description Apps of yours that get the result too: a list of their ids, or an object of id → path template of an upload. */
            apps?: string[] | {
                [key: string]: string;
            };
            /**
             * @description Viewport width in CSS pixels.
             * @default 1280
             */
            width?: number;
            /**
             * @description Viewport height in CSS pixels.
             * @default 800
             */
            height?: number;
            /**
             * @description What the capture gives.
             * @default png
             * @enum {string}
             */
            format?: "png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4";
            /**
             * @description Quality of jpeg, webp and avif; png is lossless.
             * @default 80
             */
            quality?: number;
            /**
             * @description The whole page rather than the viewport.
             * @default false
             */
            full_page?: boolean;
            /**
             * @description The machine the page believes it is shown on: desktop, mobile, tablet, or a model of docs/devices.md.
             * @default desktop
             */
            device?: string;
            /**
             * @description Refuse ads.
             * @default false
             */
            block_ads?: boolean;
            /**
             * @description Refuse, answer or hide cookie consent dialogs.
             * @default true
             */
            block_cookies?: boolean;
            /**
             * @description Tell the page that dark colours are preferred.
             * @default false
             */
            dark_mode?: boolean;
            /**
             * @description Seconds to wait after the page has loaded; they do not count towards timeout.
             * @default 0
             */
            delay?: number;
            /**
             * @description Seconds allowed from navigation to picture.
             * @default 30
             */
            timeout?: number;
            /**
             * @description Two image pixels for each CSS pixel, each way.
             * @default false
             */
            retina?: boolean;
            /**
             * @description Leave the page's default background transparent; png, webp and avif.
             * @default false
             */
            omit_background?: boolean;
            /** @description Width that the picture is resized to, in image pixels. */
            image_width?: number;
            /** @description Height that the picture is resized to; with image_width alone it follows. */
            image_height?: number;
            /**
             * @description How the picture is fitted when both are given.
             * @default cover
             * @enum {string}
             */
            fit?: "cover" | "contain" | "fill";
            /** @description Further results of the same load. */
            also?: ("png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4")[];
            /** @description Image pixels for each CSS pixel, each way; the device's own when it is not given. */
            device_scale_factor?: number;
            /** @description Honour the viewport meta tag; the device decides when it is not given. */
            is_mobile?: boolean;
            /** @description Offer touch; the device decides when it is not given. */
            has_touch?: boolean;
            /**
             * @description Turn the device by a quarter.
             * @default false
             */
            landscape?: boolean;
            /**
             * @description Scroll a full page, or a taller element or clip, through once, so that what loads late is there.
             * @default true
             */
            scroll?: boolean;
            /** @description How far each step of that goes, in CSS pixels; nine tenths of the viewport when it is not given. */
            scroll_step?: number;
            /**
             * @description Seconds between its steps.
             * @default 0.1
             */
            scroll_delay?: number;
            /**
             * @description Seconds it takes at most.
             * @default 8
             */
            scroll_time?: number;
            /**
             * @description How far it goes at most, in CSS pixels.
             * @default 30000
             */
            scroll_pixels?: number;
            /** @description Height of a full page at most, in CSS pixels; the rest is cut off. */
            max_height?: number;
            /**
             * @description What a full page does with elements that stick to the viewport.
             * @default first
             * @enum {string}
             */
            sticky?: "keep" | "hide" | "first";
            /** @description Picture of this element alone: a CSS selector. */
            selector?: string;
            /**
             * @description What happens when nothing fits selector.
             * @default fail
             * @enum {string}
             */
            selector_missing?: "fail" | "page";
            /**
             * @description CSS pixels of page around the element.
             * @default 0
             */
            selector_padding?: number;
            /** @description Picture of this part of the page alone. */
            clip?: {
                /** @description Left edge in CSS pixels of the page. */
                x: number;
                /** @description Top edge in CSS pixels of the page. */
                y: number;
                /** @description Width in CSS pixels. */
                width: number;
                /** @description Height in CSS pixels. */
                height: number;
            };
            /** @description Cut a full page into several images. */
            slices?: {
                /** @description Height of each slice in CSS pixels. */
                height: number;
                /**
                 * @description How many CSS pixels of a slice are shown again at the top of the next.
                 * @default 0
                 */
                overlap?: number;
            };
            /**
             * @description When the page counts as loaded.
             * @default load
             * @enum {string}
             */
            wait_until?: "load" | "domcontentloaded" | "networkidle0" | "networkidle2";
            /** @description Wait until something visible fits this CSS selector. */
            wait_for_selector?: string;
            /** @description Wait until this JavaScript expression is true. */
            wait_for_function?: string;
            /**
             * @description Wait for fonts and images, finish animations, and until two frames are equal.
             * @default false
             */
            stable?: boolean;
            /**
             * @description When the time is over take what is there, and say so.
             * @default false
             */
            best_attempt?: boolean;
            /**
             * @description Tell the page that less motion is preferred.
             * @default false
             */
            reduced_motion?: boolean;
            /**
             * @description The medium that stylesheets see; not given, a PDF is for print and everything else for the screen.
             * @enum {string}
             */
            media_type?: "screen" | "print";
            /** @description A stylesheet that is added to the page. */
            css?: string;
            /** @description A script that is run in the page when it has loaded. */
            js?: string;
            /**
             * @description Ignore the content security policy of the page.
             * @default false
             */
            bypass_csp?: boolean;
            /** @description Elements that are not shown, nor told in html, mhtml and markdown. */
            hide_selectors?: string[];
            /** @description Elements that are painted over, and whose words are blackened in html, mhtml and markdown. */
            mask_selectors?: string[];
            /**
             * @description Finish transitions and finite animations, stop the others at their beginning.
             * @default false
             */
            disable_animations?: boolean;
            /**
             * @description Run no script of the page.
             * @default false
             */
            disable_javascript?: boolean;
            /** @description A time zone such as Europe/Zurich. */
            timezone?: string;
            /** @description A language such as de-CH. */
            locale?: string;
            /** @description Where the page is told that it is. */
            geolocation?: {
                /** @description Degrees north. */
                latitude: number;
                /** @description Degrees east. */
                longitude: number;
                /**
                 * @description Metres.
                 * @default 10
                 */
                accuracy?: number;
            };
            /** @description What is done to the page before the picture, in order. */
            steps?: {
                /**
                 * @description What to do.
                 * @enum {string}
                 */
                action: "click" | "hover" | "type" | "press" | "select" | "scroll" | "wait";
                /** @description The element: a CSS selector. */
                selector?: string;
                /** @description What to type. */
                text?: string;
                /** @description The key to press, such as Enter or ArrowDown. */
                key?: string;
                /** @description The values to choose. */
                values?: string[];
                /** @description How far to scroll down; less than 0 is up. */
                pixels?: number;
                /** @description How long to wait. */
                seconds?: number;
                /**
                 * @description Seconds that this step may take.
                 * @default 5
                 */
                timeout?: number;
            }[];
            /** @description Headers of requests to the page's own origin. */
            headers?: {
                [key: string]: string;
            };
            /** @description Cookies that the page finds. */
            cookies?: {
                /** @description Its name. */
                name: string;
                /** @description Its value. */
                value: string;
                /** @description Its domain; the page's host when it is not given. */
                domain?: string;
                /**
                 * @description Its path.
                 * @default /
                 */
                path?: string;
                /**
                 * @description Sent over https alone.
                 * @default false
                 */
                secure?: boolean;
                /**
                 * @description Hidden from scripts.
                 * @default false
                 */
                http_only?: boolean;
                /**
                 * @description With which requests it travels; the browser decides when it is not given.
                 * @enum {string}
                 */
                same_site?: "strict" | "lax" | "none";
            }[];
            /** @description The user agent instead of the device's. */
            user_agent?: string;
            /** @description Answers to HTTP authentication of the page's own host. */
            basic_auth?: {
                /** @description The user. */
                username: string;
                /** @description The password. */
                password?: string;
            };
            /**
             * @description How the page itself is asked for.
             * @default get
             * @enum {string}
             */
            method?: "get" | "post" | "put" | "patch";
            /** @description The body of that request. */
            body?: string;
            /** @description An http proxy of your own: http://user:password@host:port. */
            proxy?: string;
            /**
             * @description Refuse trackers.
             * @default false
             */
            block_trackers?: boolean;
            /**
             * @description Refuse and hide chat widgets.
             * @default false
             */
            block_chats?: boolean;
            /** @description Kinds of requests to refuse. */
            block_resources?: ("stylesheet" | "image" | "media" | "font" | "script" | "texttrack" | "xhr" | "fetch" | "eventsource" | "websocket" | "manifest" | "other")[];
            /** @description Requests to refuse, by URL; * stands for anything. */
            block_urls?: string[];
            /** @description Fail when the page answers with one of these: 404, or 500-599. */
            fail_on_status?: string[];
            /** @description Fail when one of these is in the text of the page. */
            fail_if_text?: string[];
            /** @description Fail when one of these is not in the text of the page. */
            fail_if_text_missing?: string[];
            /** @description Fail when something fits one of these CSS selectors. */
            fail_if_selector?: string[];
            /**
             * @description Fail when the page writes an error to its console.
             * @default false
             */
            fail_on_console_error?: boolean;
            /** @description Fail when a request to a URL like one of these fails; * stands for anything. */
            fail_on_request_failed?: string[];
            /** @description How a PDF is made. */
            pdf?: {
                /**
                 * @description The size of the paper.
                 * @default a4
                 * @enum {string}
                 */
                paper?: "a0" | "a1" | "a2" | "a3" | "a4" | "a5" | "a6" | "letter" | "legal" | "tabloid" | "ledger";
                /** @description Width of the paper instead. */
                width?: string;
                /** @description Height of the paper instead. */
                height?: string;
                /**
                 * @description Turned by a quarter.
                 * @default false
                 */
                landscape?: boolean;
                /** @description Margin at the top. */
                margin_top?: string;
                /** @description Margin at the right. */
                margin_right?: string;
                /** @description Margin at the bottom. */
                margin_bottom?: string;
                /** @description Margin at the left. */
                margin_left?: string;
                /**
                 * @description Print background colours and images.
                 * @default true
                 */
                background?: boolean;
                /**
                 * @description Scale of the content.
                 * @default 1
                 */
                scale?: number;
                /** @description HTML at the top of each page; elements of class date, title, url, pageNumber and totalPages are filled in. */
                header_template?: string;
                /** @description HTML at the bottom of each page. */
                footer_template?: string;
                /** @description The pages to keep. */
                page_ranges?: string;
                /**
                 * @description One page as high as the document.
                 * @default false
                 */
                one_page?: boolean;
            };
            /** @description How a video is recorded. */
            video?: {
                /**
                 * @description Seconds that it lasts; they do not count towards timeout.
                 * @default 5
                 */
                duration?: number;
                /**
                 * @description Pictures a second.
                 * @default 25
                 */
                fps?: number;
                /**
                 * @description Scroll down the page meanwhile, to its end.
                 * @default false
                 */
                scroll?: boolean;
                /**
                 * @description Scroll back up again in the second half; needs scroll.
                 * @default false
                 */
                scroll_back?: boolean;
            };
            /** @description What you call it. */
            external_id?: string;
        };
        Batch: {
            /** Format: uuid */
            id: string;
            /**
             * @description `completed` when all rows have ended and one or more completed, `failed` when none did.
             * @enum {string}
             */
            status: "processing" | "completed" | "failed" | "cancelled";
            total: number;
            completed: number;
            failed: number;
            cancelled: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ended_at: string | null;
            external_id?: string;
            /** Format: uuid */
            replay_of?: string;
            crawl?: {
                start_url: string;
                domain: string;
                max_urls: number;
                ignore_robots: boolean;
                discovered: number;
            };
            webhook_url?: string;
            apps?: string[];
            /** @description Where its results are as a ZIP, once it has ended. */
            download_url?: string;
        };
        BatchList: {
            data: components["schemas"]["Batch"][];
            /** @description The cursor of the next page; null on the last one. */
            next_cursor: string | null;
        };
        App: {
            /** Format: uuid */
            id: string;
            description: string;
            /** @enum {string} */
            state: "enabled" | "paused" | "disabled";
            /**
             * @description Why it is disabled, where nobody here did it.
             * @enum {string|null}
             */
            disabled_reason: "gone" | "asked" | "failing" | null;
            /**
             * Format: date-time
             * @description Since when every attempt has failed.
             */
            failing_since: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            webhook?: {
                /** @description Where its webhooks go: https, without a user name or password. */
                url: string;
                /**
                 * @description The shape of what it gets.
                 * @default standard
                 * @enum {string}
                 */
                profile: "run" | "center" | "standard";
                /**
                 * @description The words of the profile center.
                 * @default done
                 * @enum {string}
                 */
                dialect: "done" | "finished";
                /** @description The types of events that it gets; none for all about screenshots, batches and uploads. */
                events: string[];
                /** @description Headers that it gets with each. */
                headers: {
                    [key: string]: string;
                };
                /** @description Seconds after each failed attempt; none for those of its profile. */
                schedule: number[];
                /**
                 * @description Seconds for one attempt.
                 * @default 30
                 */
                timeout: number;
                /**
                 * @description Attempts at once.
                 * @default 8
                 */
                max_in_flight: number;
                /**
                 * @description Attempts a second; 0 for as many as it takes.
                 * @default 0
                 */
                rate_limit: number;
            };
            s3?: {
                /** @description The store, such as https://s3.eu-central-1.amazonaws.com. */
                endpoint: string;
                /** @description The bucket. */
                bucket: string;
                /**
                 * @description Its region.
                 * @default us-east-1
                 */
                region: string;
                /** @description The key it is written with. */
                access_key: string;
                /**
                 * @description Where in the bucket an image goes. {id} {domain} {yyyy} {mm} {dd} {hh} {ii} {ss} {tag} {ext} stand for what they say.
                 * @default {domain}/{id}.{ext}
                 */
                path_template: string;
                /** @description A canned ACL; empty for none. */
                acl: string;
            };
        };
        NewApp: {
            /** Format: uuid */
            id: string;
            description: string;
            /** @enum {string} */
            state: "enabled" | "paused" | "disabled";
            /**
             * @description Why it is disabled, where nobody here did it.
             * @enum {string|null}
             */
            disabled_reason: "gone" | "asked" | "failing" | null;
            /**
             * Format: date-time
             * @description Since when every attempt has failed.
             */
            failing_since: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Shown this once; null for a bucket. */
            secret: components["schemas"]["Secret"] | null;
            webhook?: {
                /** @description Where its webhooks go: https, without a user name or password. */
                url: string;
                /**
                 * @description The shape of what it gets.
                 * @default standard
                 * @enum {string}
                 */
                profile: "run" | "center" | "standard";
                /**
                 * @description The words of the profile center.
                 * @default done
                 * @enum {string}
                 */
                dialect: "done" | "finished";
                /** @description The types of events that it gets; none for all about screenshots, batches and uploads. */
                events: string[];
                /** @description Headers that it gets with each. */
                headers: {
                    [key: string]: string;
                };
                /** @description Seconds after each failed attempt; none for those of its profile. */
                schedule: number[];
                /**
                 * @description Seconds for one attempt.
                 * @default 30
                 */
                timeout: number;
                /**
                 * @description Attempts at once.
                 * @default 8
                 */
                max_in_flight: number;
                /**
                 * @description Attempts a second; 0 for as many as it takes.
                 * @default 0
                 */
                rate_limit: number;
            };
            s3?: {
                /** @description The store, such as https://s3.eu-central-1.amazonaws.com. */
                endpoint: string;
                /** @description The bucket. */
                bucket: string;
                /**
                 * @description Its region.
                 * @default us-east-1
                 */
                region: string;
                /** @description The key it is written with. */
                access_key: string;
                /**
                 * @description Where in the bucket an image goes. {id} {domain} {yyyy} {mm} {dd} {hh} {ii} {ss} {tag} {ext} stand for what they say.
                 * @default {domain}/{id}.{ext}
                 */
                path_template: string;
                /** @description A canned ACL; empty for none. */
                acl: string;
            };
        };
        AppList: {
            data: components["schemas"]["App"][];
        };
        Secret: {
            /** @description The text itself: the key of X-Signature. */
            text: string;
            /** @description The same key as whsec_<base64>, for libraries of Standard Webhooks. */
            standard: string;
        };
        Trial: {
            method: string;
            url: string;
            /** @description Of the own ones of the app the names alone. */
            headers: {
                [key: string]: string;
            };
            /** @description Null for an upload. */
            body: string | null;
            /** @description What webhook-signature signs. */
            signature_input: string | null;
            /** @description Why it would not be sent, as a code such as blocked_address. */
            refusal: string | null;
            /** @description How sending it went; null when that was not asked. */
            attempt: components["schemas"]["Attempt"] | null;
        };
        Delivery: {
            /** @description The webhook-id that every attempt carries. */
            id: string;
            /**
             * Format: uuid
             * @description Null for a webhook_url.
             */
            app_id: string | null;
            /** @description The type of the event. */
            event: string;
            /** Format: uuid */
            event_id: string;
            /**
             * Format: uuid
             * @description The screenshot or batch it is about.
             */
            subject_id: string | null;
            /** @enum {string} */
            state: "pending" | "sending" | "succeeded" | "failed" | "cancelled" | "paused" | "unknown";
            attempts: number | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            last_status: number | null;
            last_error: string | null;
            /** @description Where it went last or will go, without its query; of an upload the object. */
            target: string;
            /** @description Its place among all deliveries of the account. */
            sequence: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ended_at: string | null;
        };
        DeliveryRecord: {
            /** @description The webhook-id that every attempt carries. */
            id: string;
            /**
             * Format: uuid
             * @description Null for a webhook_url.
             */
            app_id: string | null;
            /** @description The type of the event. */
            event: string;
            /** Format: uuid */
            event_id: string;
            /**
             * Format: uuid
             * @description The screenshot or batch it is about.
             */
            subject_id: string | null;
            /** @enum {string} */
            state: "pending" | "sending" | "succeeded" | "failed" | "cancelled" | "paused" | "unknown";
            attempts: number | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            last_status: number | null;
            last_error: string | null;
            /** @description Where it went last or will go, without its query; of an upload the object. */
            target: string;
            /** @description Its place among all deliveries of the account. */
            sequence: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /** @description What is sent, byte for byte; null before the first attempt, and for an upload. */
            body: string | null;
            attempt_log: components["schemas"]["Attempt"][];
        };
        DeliveryList: {
            data: components["schemas"]["Delivery"][];
            /** @description The cursor of the next page; null on the last one. */
            next_cursor: string | null;
        };
        Attempt: {
            number: number;
            /** @enum {string} */
            outcome: "started" | "succeeded" | "failed" | "lost";
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            finished_at: string | null;
            /** @description The HTTP status of the answer. */
            status: number | null;
            /** @description Why it failed, as a code: see docs/webhooks.md. */
            error: string | null;
            duration_ms: number | null;
            /** @description The first 16 KiB of the answer. */
            response: string | null;
            target: string;
        };
        Account: {
            id: string;
            key: {
                /** Format: uuid */
                id: string;
                name: string;
                scopes: string[];
                domains: string[];
            };
            limits: {
                requests_per_minute: {
                    limit: number;
                    remaining: number;
                    resets_in: number;
                } | null;
                captures_per_month: {
                    limit: number;
                    used: number;
                    remaining: number;
                    /** Format: date-time */
                    resets_at: string;
                } | null;
            };
        };
        Usage: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            total: {
                completed: number;
                cached: number;
                failed: number;
                cancelled: number;
                bytes: number;
            };
            days: {
                /** Format: date */
                day: string;
                completed: number;
                cached: number;
                failed: number;
                cancelled: number;
                bytes: number;
            }[];
            now: {
                open: number;
                in_flight: number;
                stored_bytes: number;
            };
        };
        ApiKey: {
            /** Format: uuid */
            id: string;
            account: string;
            name: string;
            /** @description What it begins with. */
            prefix: string;
            scopes: ("capture" | "read" | "admin")[];
            domains: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string | null;
        };
        NewApiKey: {
            /** Format: uuid */
            id: string;
            /** @description The key itself, shown this once. */
            key: string;
            account: string;
            name: string;
            /** @description What it begins with. */
            prefix: string;
            scopes: ("capture" | "read" | "admin")[];
            domains: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string | null;
        };
        ApiKeyList: {
            data: components["schemas"]["ApiKey"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Problem = components['schemas']['Problem'];
export type ScreenshotRequest = components['schemas']['ScreenshotRequest'];
export type ScreenshotOptions = components['schemas']['ScreenshotOptions'];
export type Explanation = components['schemas']['Explanation'];
export type Screenshot = components['schemas']['Screenshot'];
export type ScreenshotList = components['schemas']['ScreenshotList'];
export type ScreenshotDelivery = components['schemas']['ScreenshotDelivery'];
export type WebhookProgress = components['schemas']['WebhookProgress'];
export type Artefact = components['schemas']['Artefact'];
export type LinkRequest = components['schemas']['LinkRequest'];
export type Link = components['schemas']['Link'];
export type BatchRow = components['schemas']['BatchRow'];
export type BatchRequest = components['schemas']['BatchRequest'];
export type Batch = components['schemas']['Batch'];
export type BatchList = components['schemas']['BatchList'];
export type App = components['schemas']['App'];
export type NewApp = components['schemas']['NewApp'];
export type AppList = components['schemas']['AppList'];
export type Secret = components['schemas']['Secret'];
export type Trial = components['schemas']['Trial'];
export type Delivery = components['schemas']['Delivery'];
export type DeliveryRecord = components['schemas']['DeliveryRecord'];
export type DeliveryList = components['schemas']['DeliveryList'];
export type Attempt = components['schemas']['Attempt'];
export type Account = components['schemas']['Account'];
export type Usage = components['schemas']['Usage'];
export type ApiKey = components['schemas']['ApiKey'];
export type NewApiKey = components['schemas']['NewApiKey'];
export type ApiKeyList = components['schemas']['ApiKeyList'];
export type $defs = Record<string, never>;
export interface operations {
    listSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JWK set (RFC 7517, RFC 8037). */
            200: {
                headers: {
                    /** @description They may be kept for five minutes. */
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            kty: string;
                            crv: string;
                            kid: string;
                            x: string;
                            use: string;
                            alg: string;
                        }[];
                    };
                };
            };
        };
    };
    openLink: {
        parameters: {
            query?: {
                /** @description As the link has it. */
                expires?: unknown;
                /** @description As the link has it. */
                signature?: unknown;
            };
            header?: never;
            path: {
                account: string;
                id: string;
                ext: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description Names the bytes: they never change. */
                    etag?: string;
                    /** @description They are to be asked for again each time. */
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/avif": string;
                    "application/pdf": string;
                    "text/html": string;
                    "multipart/related": string;
                    "text/markdown": string;
                    "video/webm": string;
                    "video/mp4": string;
                };
            };
            /** @description They are those of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    openRenderLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account: string;
                /** @description As the link has it, with its extension. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description Names the bytes: they never change. */
                    etag?: string;
                    /** @description They are to be asked for again each time. */
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/avif": string;
                    "application/pdf": string;
                    "text/html": string;
                    "multipart/related": string;
                    "text/markdown": string;
                    "video/webm": string;
                    "video/mp4": string;
                };
            };
            /** @description They are those of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listScreenshots: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description Only those in this status. */
                status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
                /** @description Only those whose URL contains this. */
                url?: string;
                /** @description Only those with this tag. */
                tag?: string;
                /** @description Only those of this batch. */
                batch?: string;
                /** @description Only those with this external_id. */
                external_id?: string;
                /** @description Those made at this moment or later. */
                created_from?: string;
                /** @description Those made before this moment. */
                created_before?: string;
                /** @description The next_cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScreenshotList"];
                };
            };
        };
    };
    createScreenshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description Another request with the same key and body within 24 hours is answered with the same screenshot. 1 to 255 characters. */
                "idempotency-key"?: string;
                /** @description `wait=N`: the answer comes when the screenshot has ended, after N seconds at most; N is up to 120. */
                prefer?: string;
                /** @description With `Prefer: wait`: `image/*` or another type of results in place of JSON gives the bytes, or the error by which there are none. */
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScreenshotRequest"];
            };
        };
        responses: {
            /** @description It has ended within the time of `Prefer`; the bytes where `Accept` would rather have them. */
            200: {
                headers: {
                    /** @description Where the screenshot is. */
                    location?: string;
                    /** @description The wait, where there was one to be honoured. */
                    "preference-applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Screenshot"];
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/avif": string;
                    "application/pdf": string;
                    "text/html": string;
                    "multipart/related": string;
                    "text/markdown": string;
                    "video/webm": string;
                    "video/mp4": string;
                };
            };
            /** @description It is committed, and will reach an end. */
            202: {
                headers: {
                    /** @description Where the screenshot is. */
                    location?: string;
                    /** @description The wait, where there was one to be honoured. */
                    "preference-applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Screenshot"];
                };
            };
        };
    };
    explainScreenshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScreenshotRequest"];
            };
        };
        responses: {
            /** @description What it would come to. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
        };
    };
    getScreenshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a screenshot. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The screenshot. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Screenshot"];
                };
            };
        };
    };
    deleteScreenshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a screenshot. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    cancelScreenshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a screenshot. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The screenshot. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Screenshot"];
                };
            };
        };
    };
    retryScreenshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description Another request with the same key and body within 24 hours is answered with the same screenshot. 1 to 255 characters. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The id of a screenshot. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new screenshot. */
            202: {
                headers: {
                    /** @description Where the screenshot is. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Screenshot"];
                };
            };
        };
    };
    getImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a screenshot. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description Names the bytes: they never change. */
                    etag?: string;
                    /** @description They are to be asked for again each time. */
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/avif": string;
                    "application/pdf": string;
                    "text/html": string;
                    "multipart/related": string;
                    "text/markdown": string;
                    "video/webm": string;
                    "video/mp4": string;
                };
            };
            /** @description They are those of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getArtefact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a screenshot. */
                id: string;
                /** @description Its name among them, such as pdf, html or slice-2. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description Names the bytes: they never change. */
                    etag?: string;
                    /** @description They are to be asked for again each time. */
                    "cache-control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/avif": string;
                    "application/pdf": string;
                    "text/html": string;
                    "multipart/related": string;
                    "text/markdown": string;
                    "video/webm": string;
                    "video/mp4": string;
                };
            };
            /** @description They are those of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a screenshot. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description They are those of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listenToEvents: {
        parameters: {
            query?: {
                /** @description Begins after this event rather than now; 0 for all that there are, which are those of the last seven days. The header Last-Event-ID goes before it. */
                last_event_id?: string;
                /** @description Only events of these types, with commas between them; all when not given. */
                types?: string;
            };
            header?: {
                /** @description The id of the last event that was heard: the stream goes on after it. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    listenToScreenshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent by who has heard the end already. */
                "last-event-id"?: string;
            };
            path: {
                /** @description The id of a screenshot. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description It has ended, and the end was heard: there is no reason to come back. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    createLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRequest"];
            };
        };
        responses: {
            /** @description The link: whoever holds it may open it. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
        };
    };
    listBatches: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description Only those in this status. */
                status?: "processing" | "completed" | "failed" | "cancelled";
                /** @description The next_cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchList"];
                };
            };
        };
    };
    createBatch: {
        parameters: {
            query?: {
                /** @description What goes first among your own: interactive before batch. */
                priority?: "interactive" | "batch";
                /** @description Share the capture of an equal wish of yours that has not ended yet. */
                dedupe?: boolean;
                /** @description What you sort it by; the first is {tag} in the path of an upload. */
                tags?: string[];
                /** @description Take the result of an equal wish of yours that completed no longer than this many seconds ago. */
                cache_ttl?: number;
                /** @description Texts of yours that are kept with it and come back in answers and webhooks; 4 KiB all together. */
                metadata?: {
                    [key: string]: string;
                };
                /** @description Seconds that the image is kept; as long as this installation keeps images when not given, and no longer. */
                expires_in?: number;
                /** @description Where the end is announced, by a signed POST. */
                webhook_url?: string;
                /** @description The types of events that go to webhook_url; those of completed and failed when not given. */
                webhook_events?: string[];
                /** @description What this webhook is signed with, instead of the account's secret: 16 characters or more. */
                webhook_secret?: string;
                /** @description Headers that this webhook gets. */
                webhook_headers?: {
                    [key: string]: string;
                };
                /** @description Apps of yours that get the result too: a list of their ids, or an object of id → path template of an upload. */
                apps?: string[] | {
                    [key: string]: string;
                };
                /** @description Viewport width in CSS pixels. */
                width?: number;
                /** @description Viewport height in CSS pixels. */
                height?: number;
                /** @description What the capture gives. */
                format?: "png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4";
                /** @description Quality of jpeg, webp and avif; png is lossless. */
                quality?: number;
                /** @description The whole page rather than the viewport. */
                full_page?: boolean;
                /** @description The machine the page believes it is shown on: desktop, mobile, tablet, or a model of docs/devices.md. */
                device?: string;
                /** @description Refuse ads. */
                block_ads?: boolean;
                /** @description Refuse, answer or hide cookie consent dialogs. */
                block_cookies?: boolean;
                /** @description Tell the page that dark colours are preferred. */
                dark_mode?: boolean;
                /** @description Seconds to wait after the page has loaded; they do not count towards timeout. */
                delay?: number;
                /** @description Seconds allowed from navigation to picture. */
                timeout?: number;
                /** @description Two image pixels for each CSS pixel, each way. */
                retina?: boolean;
                /** @description Leave the page's default background transparent; png, webp and avif. */
                omit_background?: boolean;
                /** @description Width that the picture is resized to, in image pixels. */
                image_width?: number;
                /** @description Height that the picture is resized to; with image_width alone it follows. */
                image_height?: number;
                /** @description How the picture is fitted when both are given. */
                fit?: "cover" | "contain" | "fill";
                /** @description Further results of the same load. */
                also?: ("png" | "jpeg" | "webp" | "avif" | "pdf" | "html" | "mhtml" | "markdown" | "webm" | "mp4")[];
                /** @description Image pixels for each CSS pixel, each way; the device's own when it is not given. */
                device_scale_factor?: number;
                /** @description Honour the viewport meta tag; the device decides when it is not given. */
                is_mobile?: boolean;
                /** @description Offer touch; the device decides when it is not given. */
                has_touch?: boolean;
                /** @description Turn the device by a quarter. */
                landscape?: boolean;
                /** @description Scroll a full page, or a taller element or clip, through once, so that what loads late is there. */
                scroll?: boolean;
                /** @description How far each step of that goes, in CSS pixels; nine tenths of the viewport when it is not given. */
                scroll_step?: number;
                /** @description Seconds between its steps. */
                scroll_delay?: number;
                /** @description Seconds it takes at most. */
                scroll_time?: number;
                /** @description How far it goes at most, in CSS pixels. */
                scroll_pixels?: number;
                /** @description Height of a full page at most, in CSS pixels; the rest is cut off. */
                max_height?: number;
                /** @description What a full page does with elements that stick to the viewport. */
                sticky?: "keep" | "hide" | "first";
                /** @description Picture of this element alone: a CSS selector. */
                selector?: string;
                /** @description What happens when nothing fits selector. */
                selector_missing?: "fail" | "page";
                /** @description CSS pixels of page around the element. */
                selector_padding?: number;
                /** @description Picture of this part of the page alone. */
                clip?: {
                    /** @description Left edge in CSS pixels of the page. */
                    x?: number;
                    /** @description Top edge in CSS pixels of the page. */
                    y?: number;
                    /** @description Width in CSS pixels. */
                    width?: number;
                    /** @description Height in CSS pixels. */
                    height?: number;
                };
                /** @description Cut a full page into several images. */
                slices?: {
                    /** @description Height of each slice in CSS pixels. */
                    height?: number;
                    /**
                     * @description How many CSS pixels of a slice are shown again at the top of the next.
                     * @default 0
                     */
                    overlap?: number;
                };
                /** @description When the page counts as loaded. */
                wait_until?: "load" | "domcontentloaded" | "networkidle0" | "networkidle2";
                /** @description Wait until something visible fits this CSS selector. */
                wait_for_selector?: string;
                /** @description Wait until this JavaScript expression is true. */
                wait_for_function?: string;
                /** @description Wait for fonts and images, finish animations, and until two frames are equal. */
                stable?: boolean;
                /** @description When the time is over take what is there, and say so. */
                best_attempt?: boolean;
                /** @description Tell the page that less motion is preferred. */
                reduced_motion?: boolean;
                /** @description The medium that stylesheets see; not given, a PDF is for print and everything else for the screen. */
                media_type?: "screen" | "print";
                /** @description A stylesheet that is added to the page. */
                css?: string;
                /** @description A script that is run in the page when it has loaded. */
                js?: string;
                /** @description Ignore the content security policy of the page. */
                bypass_csp?: boolean;
                /** @description Elements that are not shown, nor told in html, mhtml and markdown. */
                hide_selectors?: string[];
                /** @description Elements that are painted over, and whose words are blackened in html, mhtml and markdown. */
                mask_selectors?: string[];
                /** @description Finish transitions and finite animations, stop the others at their beginning. */
                disable_animations?: boolean;
                /** @description Run no script of the page. */
                disable_javascript?: boolean;
                /** @description A time zone such as Europe/Zurich. */
                timezone?: string;
                /** @description A language such as de-CH. */
                locale?: string;
                /** @description Where the page is told that it is. */
                geolocation?: {
                    /** @description Degrees north. */
                    latitude?: number;
                    /** @description Degrees east. */
                    longitude?: number;
                    /**
                     * @description Metres.
                     * @default 10
                     */
                    accuracy?: number;
                };
                /** @description What is done to the page before the picture, in order. */
                steps?: {
                    /**
                     * @description What to do.
                     * @enum {string}
                     */
                    action: "click" | "hover" | "type" | "press" | "select" | "scroll" | "wait";
                    /** @description The element: a CSS selector. */
                    selector?: string;
                    /** @description What to type. */
                    text?: string;
                    /** @description The key to press, such as Enter or ArrowDown. */
                    key?: string;
                    /** @description The values to choose. */
                    values?: string[];
                    /** @description How far to scroll down; less than 0 is up. */
                    pixels?: number;
                    /** @description How long to wait. */
                    seconds?: number;
                    /**
                     * @description Seconds that this step may take.
                     * @default 5
                     */
                    timeout?: number;
                }[];
                /** @description Headers of requests to the page's own origin. */
                headers?: {
                    [key: string]: string;
                };
                /** @description Cookies that the page finds. */
                cookies?: {
                    /** @description Its name. */
                    name: string;
                    /** @description Its value. */
                    value: string;
                    /** @description Its domain; the page's host when it is not given. */
                    domain?: string;
                    /**
                     * @description Its path.
                     * @default /
                     */
                    path?: string;
                    /**
                     * @description Sent over https alone.
                     * @default false
                     */
                    secure?: boolean;
                    /**
                     * @description Hidden from scripts.
                     * @default false
                     */
                    http_only?: boolean;
                    /**
                     * @description With which requests it travels; the browser decides when it is not given.
                     * @enum {string}
                     */
                    same_site?: "strict" | "lax" | "none";
                }[];
                /** @description The user agent instead of the device's. */
                user_agent?: string;
                /** @description Answers to HTTP authentication of the page's own host. */
                basic_auth?: {
                    /** @description The user. */
                    username?: string;
                    /** @description The password. */
                    password?: string;
                };
                /** @description How the page itself is asked for. */
                method?: "get" | "post" | "put" | "patch";
                /** @description The body of that request. */
                body?: string;
                /** @description An http proxy of your own: http://user:password@host:port. */
                proxy?: string;
                /** @description Refuse trackers. */
                block_trackers?: boolean;
                /** @description Refuse and hide chat widgets. */
                block_chats?: boolean;
                /** @description Kinds of requests to refuse. */
                block_resources?: ("stylesheet" | "image" | "media" | "font" | "script" | "texttrack" | "xhr" | "fetch" | "eventsource" | "websocket" | "manifest" | "other")[];
                /** @description Requests to refuse, by URL; * stands for anything. */
                block_urls?: string[];
                /** @description Fail when the page answers with one of these: 404, or 500-599. */
                fail_on_status?: string[];
                /** @description Fail when one of these is in the text of the page. */
                fail_if_text?: string[];
                /** @description Fail when one of these is not in the text of the page. */
                fail_if_text_missing?: string[];
                /** @description Fail when something fits one of these CSS selectors. */
                fail_if_selector?: string[];
                /** @description Fail when the page writes an error to its console. */
                fail_on_console_error?: boolean;
                /** @description Fail when a request to a URL like one of these fails; * stands for anything. */
                fail_on_request_failed?: string[];
                /** @description How a PDF is made. */
                pdf?: {
                    /**
                     * @description The size of the paper.
                     * @default a4
                     * @enum {string}
                     */
                    paper?: "a0" | "a1" | "a2" | "a3" | "a4" | "a5" | "a6" | "letter" | "legal" | "tabloid" | "ledger";
                    /** @description Width of the paper instead. */
                    width?: string;
                    /** @description Height of the paper instead. */
                    height?: string;
                    /**
                     * @description Turned by a quarter.
                     * @default false
                     */
                    landscape?: boolean;
                    /** @description Margin at the top. */
                    margin_top?: string;
                    /** @description Margin at the right. */
                    margin_right?: string;
                    /** @description Margin at the bottom. */
                    margin_bottom?: string;
                    /** @description Margin at the left. */
                    margin_left?: string;
                    /**
                     * @description Print background colours and images.
                     * @default true
                     */
                    background?: boolean;
                    /**
                     * @description Scale of the content.
                     * @default 1
                     */
                    scale?: number;
                    /** @description HTML at the top of each page; elements of class date, title, url, pageNumber and totalPages are filled in. */
                    header_template?: string;
                    /** @description HTML at the bottom of each page. */
                    footer_template?: string;
                    /** @description The pages to keep. */
                    page_ranges?: string;
                    /**
                     * @description One page as high as the document.
                     * @default false
                     */
                    one_page?: boolean;
                };
                /** @description How a video is recorded. */
                video?: {
                    /**
                     * @description Seconds that it lasts; they do not count towards timeout.
                     * @default 5
                     */
                    duration?: number;
                    /**
                     * @description Pictures a second.
                     * @default 25
                     */
                    fps?: number;
                    /**
                     * @description Scroll down the page meanwhile, to its end.
                     * @default false
                     */
                    scroll?: boolean;
                    /**
                     * @description Scroll back up again in the second half; needs scroll.
                     * @default false
                     */
                    scroll_back?: boolean;
                };
                /** @description What you call it. */
                external_id?: string;
            };
            header?: {
                /** @description Another request with the same key and body within 24 hours is answered with the same batch. 1 to 255 characters. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRequest"];
                "text/csv": string;
                "text/plain": string;
                "multipart/form-data": {
                    /** @description A .csv or a .txt file. */
                    file: string;
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description All of it is committed, and will reach an end. */
            202: {
                headers: {
                    /** @description Where the batch is. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
        };
    };
    getBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a batch. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
        };
    };
    listBatchRows: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description Only those in this status. */
                status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
                /** @description The next_cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of a batch. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScreenshotList"];
                };
            };
        };
    };
    cancelBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a batch. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
        };
    };
    replayBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Another request with the same key and body within 24 hours is answered with the same batch. 1 to 255 characters. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The id of a batch. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of it is committed, and will reach an end. */
            202: {
                headers: {
                    /** @description Where the batch is. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
        };
    };
    downloadBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a batch. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ZIP, made while it is sent: one that breaks off is not whole. */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
        };
    };
    listApps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of the account; there are at most 100. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppList"];
                };
            };
        };
    };
    createApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What its owner calls it. */
                    description?: string;
                    /** @description An endpoint for webhooks. */
                    webhook?: {
                        /** @description Where its webhooks go: https, without a user name or password. */
                        url: string;
                        /**
                         * @description The shape of what it gets.
                         * @default standard
                         * @enum {string}
                         */
                        profile?: "run" | "center" | "standard";
                        /**
                         * @description The words of the profile center.
                         * @default done
                         * @enum {string}
                         */
                        dialect?: "done" | "finished";
                        /** @description The types of events that it gets; none for all about screenshots, batches and uploads. */
                        events?: string[];
                        /** @description Headers that it gets with each. */
                        headers?: {
                            [key: string]: string;
                        };
                        /** @description Seconds after each failed attempt; none for those of its profile. */
                        schedule?: number[];
                        /**
                         * @description Seconds for one attempt.
                         * @default 30
                         */
                        timeout?: number;
                        /**
                         * @description Attempts at once.
                         * @default 8
                         */
                        max_in_flight?: number;
                        /**
                         * @description Attempts a second; 0 for as many as it takes.
                         * @default 0
                         */
                        rate_limit?: number;
                    };
                    /** @description A bucket for images. */
                    s3?: {
                        /** @description The store, such as https://s3.eu-central-1.amazonaws.com. */
                        endpoint: string;
                        /** @description The bucket. */
                        bucket: string;
                        /**
                         * @description Its region.
                         * @default us-east-1
                         */
                        region?: string;
                        /** @description The key it is written with. */
                        access_key: string;
                        /** @description The secret of that key. */
                        secret_key: string;
                        /**
                         * @description Where in the bucket an image goes. {id} {domain} {yyyy} {mm} {dd} {hh} {ii} {ss} {tag} {ext} stand for what they say.
                         * @default {domain}/{id}.{ext}
                         */
                        path_template?: string;
                        /** @description A canned ACL; empty for none. */
                        acl?: string;
                    };
                    /** @description What its webhooks are signed with: 16 characters or more; made when not given. */
                    secret?: string;
                };
            };
        };
        responses: {
            /** @description The app, with its secret, shown this once. */
            201: {
                headers: {
                    /** @description Where the app is. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApp"];
                };
            };
        };
    };
    getApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The app. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["App"];
                };
            };
        };
    };
    deleteApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changeApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What its owner calls it. */
                    description?: string;
                    webhook?: {
                        /** @description Where its webhooks go: https, without a user name or password. */
                        url?: string;
                        /**
                         * @description The shape of what it gets.
                         * @default standard
                         * @enum {string}
                         */
                        profile?: "run" | "center" | "standard";
                        /**
                         * @description The words of the profile center.
                         * @default done
                         * @enum {string}
                         */
                        dialect?: "done" | "finished";
                        /** @description The types of events that it gets; none for all about screenshots, batches and uploads. */
                        events?: string[];
                        /** @description Headers that it gets with each. */
                        headers?: {
                            [key: string]: string;
                        };
                        /** @description Seconds after each failed attempt; none for those of its profile. */
                        schedule?: number[];
                        /**
                         * @description Seconds for one attempt.
                         * @default 30
                         */
                        timeout?: number;
                        /**
                         * @description Attempts at once.
                         * @default 8
                         */
                        max_in_flight?: number;
                        /**
                         * @description Attempts a second; 0 for as many as it takes.
                         * @default 0
                         */
                        rate_limit?: number;
                    };
                    s3?: {
                        /** @description The store, such as https://s3.eu-central-1.amazonaws.com. */
                        endpoint?: string;
                        /** @description The bucket. */
                        bucket?: string;
                        /**
                         * @description Its region.
                         * @default us-east-1
                         */
                        region?: string;
                        /** @description The key it is written with. */
                        access_key?: string;
                        /** @description The secret of that key. */
                        secret_key?: string;
                        /**
                         * @description Where in the bucket an image goes. {id} {domain} {yyyy} {mm} {dd} {hh} {ii} {ss} {tag} {ext} stand for what they say.
                         * @default {domain}/{id}.{ext}
                         */
                        path_template?: string;
                        /** @description A canned ACL; empty for none. */
                        acl?: string;
                    };
                };
            };
        };
        responses: {
            /** @description The app as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["App"];
                };
            };
        };
    };
    enableApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The app, and how many deliveries that is about. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        description: string;
                        /** @enum {string} */
                        state: "enabled" | "paused" | "disabled";
                        /**
                         * @description Why it is disabled, where nobody here did it.
                         * @enum {string|null}
                         */
                        disabled_reason: "gone" | "asked" | "failing" | null;
                        /**
                         * Format: date-time
                         * @description Since when every attempt has failed.
                         */
                        failing_since: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Deliveries that wait now, or wait no longer. */
                        deliveries: number;
                        webhook?: {
                            /** @description Where its webhooks go: https, without a user name or password. */
                            url: string;
                            /**
                             * @description The shape of what it gets.
                             * @default standard
                             * @enum {string}
                             */
                            profile: "run" | "center" | "standard";
                            /**
                             * @description The words of the profile center.
                             * @default done
                             * @enum {string}
                             */
                            dialect: "done" | "finished";
                            /** @description The types of events that it gets; none for all about screenshots, batches and uploads. */
                            events: string[];
                            /** @description Headers that it gets with each. */
                            headers: {
                                [key: string]: string;
                            };
                            /** @description Seconds after each failed attempt; none for those of its profile. */
                            schedule: number[];
                            /**
                             * @description Seconds for one attempt.
                             * @default 30
                             */
                            timeout: number;
                            /**
                             * @description Attempts at once.
                             * @default 8
                             */
                            max_in_flight: number;
                            /**
                             * @description Attempts a second; 0 for as many as it takes.
                             * @default 0
                             */
                            rate_limit: number;
                        };
                        s3?: {
                            /** @description The store, such as https://s3.eu-central-1.amazonaws.com. */
                            endpoint: string;
                            /** @description The bucket. */
                            bucket: string;
                            /**
                             * @description Its region.
                             * @default us-east-1
                             */
                            region: string;
                            /** @description The key it is written with. */
                            access_key: string;
                            /**
                             * @description Where in the bucket an image goes. {id} {domain} {yyyy} {mm} {dd} {hh} {ii} {ss} {tag} {ext} stand for what they say.
                             * @default {domain}/{id}.{ext}
                             */
                            path_template: string;
                            /** @description A canned ACL; empty for none. */
                            acl: string;
                        };
                    };
                };
            };
        };
    };
    pauseApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The app, and how many deliveries that is about. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        description: string;
                        /** @enum {string} */
                        state: "enabled" | "paused" | "disabled";
                        /**
                         * @description Why it is disabled, where nobody here did it.
                         * @enum {string|null}
                         */
                        disabled_reason: "gone" | "asked" | "failing" | null;
                        /**
                         * Format: date-time
                         * @description Since when every attempt has failed.
                         */
                        failing_since: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Deliveries that wait now, or wait no longer. */
                        deliveries: number;
                        webhook?: {
                            /** @description Where its webhooks go: https, without a user name or password. */
                            url: string;
                            /**
                             * @description The shape of what it gets.
                             * @default standard
                             * @enum {string}
                             */
                            profile: "run" | "center" | "standard";
                            /**
                             * @description The words of the profile center.
                             * @default done
                             * @enum {string}
                             */
                            dialect: "done" | "finished";
                            /** @description The types of events that it gets; none for all about screenshots, batches and uploads. */
                            events: string[];
                            /** @description Headers that it gets with each. */
                            headers: {
                                [key: string]: string;
                            };
                            /** @description Seconds after each failed attempt; none for those of its profile. */
                            schedule: number[];
                            /**
                             * @description Seconds for one attempt.
                             * @default 30
                             */
                            timeout: number;
                            /**
                             * @description Attempts at once.
                             * @default 8
                             */
                            max_in_flight: number;
                            /**
                             * @description Attempts a second; 0 for as many as it takes.
                             * @default 0
                             */
                            rate_limit: number;
                        };
                        s3?: {
                            /** @description The store, such as https://s3.eu-central-1.amazonaws.com. */
                            endpoint: string;
                            /** @description The bucket. */
                            bucket: string;
                            /**
                             * @description Its region.
                             * @default us-east-1
                             */
                            region: string;
                            /** @description The key it is written with. */
                            access_key: string;
                            /**
                             * @description Where in the bucket an image goes. {id} {domain} {yyyy} {mm} {dd} {hh} {ii} {ss} {tag} {ext} stand for what they say.
                             * @default {domain}/{id}.{ext}
                             */
                            path_template: string;
                            /** @description A canned ACL; empty for none. */
                            acl: string;
                        };
                    };
                };
            };
        };
    };
    disableApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The app, and how many deliveries that is about. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        description: string;
                        /** @enum {string} */
                        state: "enabled" | "paused" | "disabled";
                        /**
                         * @description Why it is disabled, where nobody here did it.
                         * @enum {string|null}
                         */
                        disabled_reason: "gone" | "asked" | "failing" | null;
                        /**
                         * Format: date-time
                         * @description Since when every attempt has failed.
                         */
                        failing_since: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        /** @description Deliveries that wait now, or wait no longer. */
                        deliveries: number;
                        webhook?: {
                            /** @description Where its webhooks go: https, without a user name or password. */
                            url: string;
                            /**
                             * @description The shape of what it gets.
                             * @default standard
                             * @enum {string}
                             */
                            profile: "run" | "center" | "standard";
                            /**
                             * @description The words of the profile center.
                             * @default done
                             * @enum {string}
                             */
                            dialect: "done" | "finished";
                            /** @description The types of events that it gets; none for all about screenshots, batches and uploads. */
                            events: string[];
                            /** @description Headers that it gets with each. */
                            headers: {
                                [key: string]: string;
                            };
                            /** @description Seconds after each failed attempt; none for those of its profile. */
                            schedule: number[];
                            /**
                             * @description Seconds for one attempt.
                             * @default 30
                             */
                            timeout: number;
                            /**
                             * @description Attempts at once.
                             * @default 8
                             */
                            max_in_flight: number;
                            /**
                             * @description Attempts a second; 0 for as many as it takes.
                             * @default 0
                             */
                            rate_limit: number;
                        };
                        s3?: {
                            /** @description The store, such as https://s3.eu-central-1.amazonaws.com. */
                            endpoint: string;
                            /** @description The bucket. */
                            bucket: string;
                            /**
                             * @description Its region.
                             * @default us-east-1
                             */
                            region: string;
                            /** @description The key it is written with. */
                            access_key: string;
                            /**
                             * @description Where in the bucket an image goes. {id} {domain} {yyyy} {mm} {dd} {hh} {ii} {ss} {tag} {ext} stand for what they say.
                             * @default {domain}/{id}.{ext}
                             */
                            path_template: string;
                            /** @description A canned ACL; empty for none. */
                            acl: string;
                        };
                    };
                };
            };
        };
    };
    rotateAppSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The new secret: 16 characters or more; made when not given. */
                    secret?: string;
                    /**
                     * @description Seconds for which the old secret signs too; 0 ends it now.
                     * @default 86400
                     */
                    overlap?: number;
                };
            };
        };
        responses: {
            /** @description The new secret, shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: components["schemas"]["Secret"];
                        /**
                         * Format: date-time
                         * @description When the old one stops signing; null when it has.
                         */
                        old_until: string | null;
                    };
                };
            };
        };
    };
    testApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an app. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description The type of the event.
                     * @default screenshot.completed
                     */
                    event?: string;
                    /**
                     * @description Send it, once. Not for buckets.
                     * @default false
                     */
                    send?: boolean;
                };
            };
        };
        responses: {
            /** @description The request, and how sending it went. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trial"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
                /** @description Those in this state. */
                state?: "pending" | "sending" | "succeeded" | "failed" | "cancelled" | "paused";
                /** @description Those to this app. */
                app_id?: string;
                /** @description Those of this type of event. */
                event?: string;
                /** @description Those about this screenshot or batch. */
                subject_id?: string;
                /** @description Those made at this moment or later. */
                created_from?: string;
                /** @description Those made before this moment. */
                created_before?: string;
                /** @description The next_cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a delivery: its webhook-id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryRecord"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a delivery: its webhook-id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is due. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    recoverDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Those that failed at this moment or later: at most 14 days ago. */
                    from: string;
                    /** @description Those that failed before this moment; now when not given. */
                    to?: string;
                    /** @description Those to this app. */
                    app_id?: string;
                    /**
                     * @description Only count them.
                     * @default false
                     */
                    preview?: boolean;
                };
            };
        };
        responses: {
            /** @description How many there are. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: number;
                        preview: boolean;
                    };
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account, the key that was sent, and its limits; null where there is none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
        };
    };
    getSigningSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It, in the form that libraries of Standard Webhooks take. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webhook_secret: string;
                    };
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                /** @description The first day, in UTC; 29 days before the last when not given. */
                from?: string;
                /** @description The last day, in UTC; today when not given. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each day that was asked for, all of them together, and what there is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description The account, where it is not your own: only admin keys of the account "default" may name another. It is made if it is not there. */
                account?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What you know it by. */
                    name: string;
                    /**
                     * @description What it may do: capture, read, or admin, which is everything.
                     * @default [
                     *       "capture",
                     *       "read"
                     *     ]
                     */
                    scopes?: ("capture" | "read" | "admin")[];
                    /**
                     * @description It may capture pages of these domains and those below them only. Not for admin keys, which could make others.
                     * @default []
                     */
                    domains?: string[];
                    /** @description The account, where it is not your own: only admin keys of the account "default" may name another. It is made if it is not there. */
                    account?: string;
                };
            };
        };
        responses: {
            /** @description The key, shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is of no use any more, within five seconds everywhere. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
