"""The first visit on a phone: `make bench BENCH=phone`.

A Chromium with a phone's screen, on a link of 1.6 Mbit/s with 150 ms to the server and on a quarter of this machine's
speed (what Lighthouse calls a mid-range phone on slow 4G), opens the home page and the camera form, each with an empty
cache. Counted are the bytes that came over the line before something could be read, when the largest thing stood
there (LCP), and how much moved under the reader's finger (CLS).
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from scripts.browser import find_chromium
from tests.bench.site import Site, people, set_up

ROUNDS = 3
PAGES = {"home": "/", "camera_form": "/cameras/add/"}
LINK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
WATCH = """
window.seen = { lcp: 0, cls: 0 };
new PerformanceObserver((list) => list.getEntries().forEach((one) => (seen.lcp = one.startTime)))
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((one) => (seen.cls += one.hadRecentInput ? 0 : one.value)))
  .observe({ type: "layout-shift", buffered: true });
"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def first_visit(browser: Any, address: str, session: str) -> dict[str, float]:
    """One visit with an empty cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True)
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.add_init_script(WATCH)
    line = context.new_cdp_session(page)
    arrived: list[tuple[float, int]] = []
    started: list[float] = []
    line.on("Network.requestWillBeSent", lambda event: started.append(event["timestamp"]))
    line.on("Network.loadingFinished", lambda event: arrived.append((event["timestamp"], event["encodedDataLength"])))
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINK)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(4_000)  # what moves late counts too
    painted = float(page.evaluate(FIRST_PAINT))
    seen = page.evaluate("window.seen")
    context.close()
    until = started[0] + painted / 1000
    return {
        "kb_before_reading": sum(size for moment, size in arrived if moment <= until) / 1000,
        "kb": sum(size for _moment, size in arrived) / 1000,
        "first_paint_s": painted / 1000,
        "lcp_s": seen["lcp"] / 1000,
        "cls": seen["cls"],
    }


def measure(folder: str) -> dict[str, dict[str, float]]:
    """By page, the medians of some visits."""
    from playwright.sync_api import sync_playwright

    resident, _manager = people()
    site = Site(Path(folder) / "phone")
    site.folder.mkdir()
    site.start("tests.bench.phone_site", "config.wsgi:application")
    found: dict[str, dict[str, float]] = {}
    try:
        for path in PAGES.values():
            site.seconds(path, resident)
        with sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
            for name, path in PAGES.items():
                address = f"http://127.0.0.1:{site.port}{path}"
                visits = [first_visit(browser, address, resident) for _ in range(ROUNDS)]
                found[name] = {key: round(statistics.median(one[key] for one in visits), 3) for key in visits[0]}
            browser.close()
    finally:
        site.stop()
    return found


def main() -> None:
    """Print a table, and one JSON object as the last line."""
    began = time.monotonic()
    if find_chromium() is None:
        sys.exit("No Chromium was found; CHROMIUM says where one is.")
    with tempfile.TemporaryDirectory(prefix="bench-phone-") as folder:
        set_up(folder)
        found = measure(folder)
    for name, page in found.items():
        sys.stdout.write(
            f"{name}: {page['kb_before_reading']:.0f} kB before the first thing can be read after "
            f"{page['first_paint_s']:.1f} s, largest after {page['lcp_s']:.1f} s, moved {page['cls']:.3f}, "
            f"{page['kb']:.0f} kB in all\n"
        )
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    answer = {"bench": "phone", "machine": machine, "ratios": found, "seconds": round(time.monotonic() - began)}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
