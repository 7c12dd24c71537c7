"""What ScreenshotCenter's own SDK for Python does against Shotwire: python3 screenshotcenter_sdk.py BASE_URL SITE_URL."""

import sys

from screenshotcenter import ScreenshotCenterClient
from screenshotcenter.errors import ApiError

base, site = sys.argv[1:]
client = ScreenshotCenterClient(api_key="sk_journey", base_url=f"{base}/api/v1")
page = f"{site}/plain.html"


def refused(act, *given, **named):
    try:
        act(*given, **named)
    except ApiError as error:
        return error.status, error.code
    raise AssertionError("nothing was refused")


made = client.screenshot.create(url=page, size="page", html=True, pdf=True, tag=["a", "b"], delay=0, country="us")
assert made["status"] == "processing", made
finished = client.wait_for(made["id"])
assert (finished["has_html"], finished["has_pdf"], finished["tag"]) == (True, True, ["a", "b"]), finished
whole, small = client.screenshot.thumbnail(made["id"]), client.screenshot.thumbnail(made["id"], width=100)
assert whole[:4] == b"\x89PNG" and len(small) < len(whole)
assert "<html" in client.screenshot.html(made["id"]).lower()
assert client.screenshot.pdf(made["id"])[:5] == b"%PDF-"
assert [one["id"] for one in client.screenshot.list(limit=5)] == [made["id"]]
assert [one["id"] for one in client.screenshot.search(url="plain")] == [made["id"]]

batch = client.batch.wait_for(client.batch.create([page, f"{page}?2"], country="us")["id"])
assert (batch["status"], batch["count"], batch["processed"], batch["failed"]) == ("finished", 2, 2, 0), batch
assert client.batch.download(batch["id"])[:2] == b"PK"
assert len(client.batch.list()) == 1

crawl = client.crawl.create(url=page, domain="127.0.0.1", max_urls=2, country="us")
assert client.crawl.wait_for(crawl["id"])["status"] == "finished"
assert client.account.info()["balance"] > 0

client.screenshot.delete(made["id"])
assert refused(client.screenshot.info, made["id"]) == (404, "NOT_FOUND")
assert refused(client.screenshot.create, url=page, country="fr") == (422, "VALIDATION_ERROR")
print("done")
