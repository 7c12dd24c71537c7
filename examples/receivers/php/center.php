<?php

// Receives what goes to an app of profile center, and downloads each image by its signed link.
declare(strict_types=1);

require __DIR__ . '/webhook.php';

$keys = keysOf(setting('WEBHOOK_SECRET'));
$folder = setting('SAVE_TO', 'images');

answer(
    $folder,
    // X-Signature alone can be sent again by whoever has seen it.
    fn (string $body) => isSigned($body, $keys) && hasBodySignature($body, $keys),
    function (array $payload) use ($folder): void {
        if ($payload['event'] === 'screenshot.failed') {
            error_log("{$payload['screenshot_id']} failed: {$payload['error']}");
        }
        if (in_array($payload['event'], ['screenshot.completed', 'screenshot.finished'], true)) {
            if (!preg_match('#/([0-9a-f-]{36}\.[a-z]+)\?#', $payload['image_url'], $link)) {
                throw new RuntimeException('this is no link to an image');
            }
            download($payload['image_url'], $folder, $link[1]);
        }
    },
);
