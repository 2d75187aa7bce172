# SPDX-License-Identifier: Apache-2.0
"""The console in a real browser. First what people do in it (flows.py); then every page for every role,
and those that the flows led to: it shows what it should, nothing reaches outside, no script fails,
nothing is wider than the window, and axe finds no serious fault, dark and light.

DAYBOOK_SHOTS=DIR keeps screenshots at 360, 1024 and 1600 pixels, dark and light. Names of flows, or
`looks`, run only those.
"""

import os
import pathlib
import shutil
import sys
import time

from playwright.sync_api import Error, expect, sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from checker import Checker  # noqa: E402
from daemon import Daemon  # noqa: E402
from flows import FLOWS  # noqa: E402

PLACES = {
    "compliance": ["/", "/search", "/chat", "/integrity", "/retention", "/requests", "/exports",
                   "/sources", "/settings", "/about"],
    "auditor": ["/", "/search", "/integrity", "/retention", "/exports", "/sources", "/settings",
                "/about"],
    "admin": ["/integrity", "/sources", "/settings", "/about"],
    "trader": ["/", "/search", "/requests", "/my-data", "/about"],
    "writer": ["/about"],
}


def places(checker, role):
    """The places of a role's navigation are those that this table has."""
    with checker.signed_in(role, role) as page:
        found = [link.get_attribute("href") for link in page.locator(".side nav a").all()]
        if sorted(found) != sorted(PLACES[role]):
            checker.faults.append(f"{role}: the navigation has {found}")
        return found


def looks(checker, role, path):
    """Dark, too, where no other role had the same page before: its colours are the same."""
    schemes = ("light",) if path in checker.looked else ("light", "dark")
    checker.looked.add(path)
    name = f"{role}{path.replace('/', '-').rstrip('-')}"[:60]
    for scheme in schemes:
        with checker.context(role, scheme) as context:
            page = checker.page(context, name)
            page.goto(checker.daemon.base + path)
            expect(page.locator("h1")).to_be_visible()
            checker.shots(page, f"{name}-{scheme}")
            page.set_viewport_size({"width": 1280, "height": 900})
            checker.accessible(page, f"{name} {scheme}")


def run(checker, asked):
    for flow in FLOWS:
        if asked and flow.__name__ not in asked:
            continue
        began = time.monotonic()
        try:
            flow(checker)
        except (AssertionError, Error) as error:
            # Without the whole page that playwright adds.
            checker.faults.append(f"{flow.__name__}: {str(error)[:600]}")
        print(f"flow: {flow.__name__} {time.monotonic() - began:.1f} s", flush=True)
    if asked and "looks" not in asked:
        return
    for role in PLACES:
        for path in places(checker, role):
            looks(checker, role, path)
        print(f"look: {role}", flush=True)
    for role, path in dict.fromkeys(checker.seen):
        looks(checker, role, path)
        print(f"look: {role} {path}", flush=True)


def main():
    if checker_shots := os.environ.get("DAYBOOK_SHOTS"):
        pathlib.Path(checker_shots).mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("check_pages: there is no chromium here; scripts/setup test installs it")
    began = time.monotonic()
    with Daemon() as daemon, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        checker = Checker(browser, daemon)
        run(checker, set(sys.argv[1:]))
        browser.close()
    for fault in dict.fromkeys(checker.faults):
        print("FAULT", fault)
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(1 if checker.faults else 0)


main()
