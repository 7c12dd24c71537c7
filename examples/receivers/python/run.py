"""Receives what goes to a webhook_url, and downloads each image with the API key."""

import os
import re

from webhook import download, is_signed, keys_of, serve

port = int(os.environ.get("PORT", "3000"))
folder = os.environ.get("SAVE_TO", "images")
shotwire_url = os.environ.get("SHOTWIRE_URL", "http://127.0.0.1:8080")
api_key = os.environ["SHOTWIRE_API_KEY"]
keys = keys_of(os.environ["WEBHOOK_SECRET"])


def is_genuine(headers, body):
    return is_signed(headers, body, keys)


def handle(payload):
    event, data = payload["event"], payload["data"]
    if event == "screenshot.failed":
        print(f"{data['id']} failed: {data['error']['message']} ({data['error']['code']})", flush=True)
    if event == "screenshot.completed":
        save(data)


def save(data):
    name = f"{data['id']}.{data['mime_type'].split('/')[1]}"
    if not re.fullmatch(r"[0-9a-f-]{36}\.[a-z]+", name):
        raise ValueError("this is no screenshot")
    # The key is for Shotwire alone, whatever a body says.
    if not data["image_url"].startswith(f"{shotwire_url}/"):
        raise ValueError("the image is not at SHOTWIRE_URL")
    download(data["image_url"], folder, name, {"Authorization": f"Bearer {api_key}"})


serve(port, folder, is_genuine, handle)
