<?php

// What both receivers share: to tell what is genuine, to know it again, and to answer.
declare(strict_types=1);

const TOLERANCE_S = 5 * 60;

/** The keys of secrets as whsec_…, with commas between them: while one is replaced there are two. */
function keysOf(string $secrets): array
{
    return array_map(function (string $secret): string {
        if (!str_starts_with($secret, 'whsec_')) {
            throw new RuntimeException('WEBHOOK_SECRET has to be given as whsec_…');
        }
        return base64_decode(substr($secret, strlen('whsec_')), true);
    }, explode(',', $secrets));
}

/** A header of this request; empty when it has none of that name. */
function headerOf(string $name): string
{
    return $_SERVER['HTTP_' . strtr(strtoupper($name), '-', '_')] ?? '';
}

/** Whether an entry v1 of webhook-signature was made with one of the keys, just now. */
function isSigned(string $body, array $keys): bool
{
    [$id, $timestamp] = [headerOf('webhook-id'), headerOf('webhook-timestamp')];
    if (!preg_match('/^msg_[0-9A-Za-z]+\z/', $id) || !preg_match('/^[0-9]+\z/', $timestamp)) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_S) {
        return false;
    }
    foreach ($keys as $key) {
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
        foreach (explode(' ', headerOf('webhook-signature')) as $given) {
            if (hash_equals($expected, $given)) {
                return true;
            }
        }
    }
    return false;
}

/** Whether X-Signature was made with one of the keys. It has no time in it: who has seen it can send it again. */
function hasBodySignature(string $body, array $keys): bool
{
    foreach ($keys as $key) {
        if (hash_equals('sha256=' . hash_hmac('sha256', $body, $key), headerOf('x-signature'))) {
            return true;
        }
    }
    return false;
}

/** Downloads an image into a folder, under its name only once it is whole. */
function download(string $url, string $folder, string $name, string $header = ''): void
{
    $context = stream_context_create(['http' => ['header' => $header, 'timeout' => 20, 'follow_location' => 0]]);
    $image = file_get_contents($url, false, $context);
    // Without following, a redirect is an answer like any other.
    if ($image === false || !preg_match('#^HTTP/\S+ 200 #', $http_response_header[0] ?? '')) {
        throw new RuntimeException("the image of $name was not answered");
    }
    file_put_contents("$folder/$name.part", $image);
    rename("$folder/$name.part", "$folder/$name");
    error_log("saved $folder/$name");
}

/**
 * Answers this request. What is not genuine is 401. What was handled is remembered by its webhook-id, so that it is
 * handled once, and 204 says so; when handling fails it is 500, and the webhook comes again.
 */
function answer(string $folder, callable $isGenuine, callable $handle): void
{
    if (!is_dir($folder)) {
        mkdir($folder, 0777, true);
    }
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        http_response_code(405);
        return;
    }
    $body = file_get_contents('php://input');
    if (!$isGenuine($body)) {
        http_response_code(401);
        return;
    }
    $handled = "$folder/" . headerOf('webhook-id') . '.handled';
    try {
        if (!file_exists($handled)) {
            $handle(json_decode($body, true, 512, JSON_THROW_ON_ERROR));
            touch($handled);
        }
        http_response_code(204);
    } catch (Throwable $thrown) {
        error_log($thrown->getMessage());
        http_response_code(500);
    }
}

function setting(string $name, string $default = ''): string
{
    return getenv($name) ?: $default;
}
