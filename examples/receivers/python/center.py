"""Receives what goes to an app of profile center, and downloads each image by its signed link."""

import os
import re

from webhook import download, has_body_signature, is_signed, keys_of, serve

port = int(os.environ.get("PORT", "3000"))
folder = os.environ.get("SAVE_TO", "images")
keys = keys_of(os.environ["WEBHOOK_SECRET"])


def is_genuine(headers, body):
    # X-Signature alone can be sent again by whoever has seen it.
    return is_signed(headers, body, keys) and has_body_signature(headers, body, keys)


def handle(payload):
    event = payload["event"]
    if event == "screenshot.failed":
        print(f"{payload['screenshot_id']} failed: {payload['error']}", flush=True)
    if event in ("screenshot.completed", "screenshot.finished"):
        link = re.search(r"/([0-9a-f-]{36}\.[a-z]+)\?", payload["image_url"])
        if not link:
            raise ValueError("this is no link to an image")
        download(payload["image_url"], folder, link[1])


serve(port, folder, is_genuine, handle)
