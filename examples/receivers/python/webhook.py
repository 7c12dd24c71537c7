"""What both receivers share: to tell what is genuine, to know it again, and to answer."""

import base64
import hashlib
import hmac
import json
import os
import re
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_S = 5 * 60
MOST_BYTES = 1024 * 1024


def keys_of(secrets):
    """The keys of secrets as whsec_..., with commas between them: while one is replaced there are two."""
    return [_key_of(secret) for secret in secrets.split(",")]


def _key_of(secret):
    if not secret.startswith("whsec_"):
        raise ValueError("WEBHOOK_SECRET has to be given as whsec_...")
    return base64.b64decode(secret[len("whsec_") :])


def is_signed(headers, body, keys):
    """Whether an entry v1 of webhook-signature was made with one of the keys, just now."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not re.fullmatch(r"msg_[0-9A-Za-z]+", message_id) or not re.fullmatch(r"[0-9]+", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = [b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in keys]
    given = [entry.encode() for entry in headers.get("webhook-signature", "").split(" ")]
    return any(hmac.compare_digest(one, other) for one in given for other in expected)


def has_body_signature(headers, body, keys):
    """Whether X-Signature was made with one of the keys. It has no time in it: who has seen it can send it again."""
    given = headers.get("x-signature", "").encode()
    return any(hmac.compare_digest(given, b"sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest().encode()) for key in keys)


def download(url, folder, name, headers=None):
    """Downloads an image into a folder, under its name only once it is whole."""
    whole = os.path.join(folder, name)
    request = urllib.request.Request(url, headers=headers or {})
    with _opener.open(request, timeout=20) as answer, open(f"{whole}.part", "wb") as part:
        part.write(answer.read())
    os.replace(f"{whole}.part", whole)
    print(f"saved {whole}", flush=True)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key somewhere else."""

    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def serve(port, folder, is_genuine, handle):
    """
    Listens. What is not genuine is 401. What was handled is remembered by its webhook-id, so that it is handled once,
    and 204 says so; when handling fails it is 500, and the webhook comes again.
    """
    os.makedirs(folder, exist_ok=True)

    def judge(request):
        length = int(request.headers.get("content-length", "0"))
        if length > MOST_BYTES:
            return 413
        body = request.rfile.read(length)
        if not is_genuine(request.headers, body):
            return 401
        handled = os.path.join(folder, f"{request.headers['webhook-id']}.handled")
        if not os.path.exists(handled):
            handle(json.loads(body))
            open(handled, "w").close()
        return 204

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            try:
                status = judge(self)
            except Exception as error:
                print(error, flush=True)
                status = 500
            self.send_response(status)
            self.end_headers()

        def do_GET(self):
            self.send_response(405)
            self.end_headers()

        def log_message(self, *_):
            pass

    print(f"listening on 127.0.0.1:{port}", flush=True)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
