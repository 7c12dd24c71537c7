<?php

// Receives what goes to a webhook_url, and downloads each image with the API key.
declare(strict_types=1);

require __DIR__ . '/webhook.php';

$keys = keysOf(setting('WEBHOOK_SECRET'));
$folder = setting('SAVE_TO', 'images');

function save(array $data, string $folder): void
{
    $name = $data['id'] . '.' . explode('/', $data['mime_type'])[1];
    if (!preg_match('/^[0-9a-f-]{36}\.[a-z]+\z/', $name)) {
        throw new RuntimeException('this is no screenshot');
    }
    // The key is for Shotwire alone, whatever a body says.
    if (!str_starts_with($data['image_url'], setting('SHOTWIRE_URL', 'http://127.0.0.1:8080') . '/')) {
        throw new RuntimeException('the image is not at SHOTWIRE_URL');
    }
    download($data['image_url'], $folder, $name, 'Authorization: Bearer ' . setting('SHOTWIRE_API_KEY'));
}

answer(
    $folder,
    fn (string $body) => isSigned($body, $keys),
    function (array $payload) use ($folder): void {
        ['event' => $event, 'data' => $data] = $payload;
        if ($event === 'screenshot.failed') {
            error_log("{$data['id']} failed: {$data['error']['message']} ({$data['error']['code']})");
        }
        if ($event === 'screenshot.completed') {
            save($data, $folder);
        }
    },
);
