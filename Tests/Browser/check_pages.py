# SPDX-License-Identifier: Apache-2.0
"""Every page of the console in a real browser, for every role: it shows what it should, nothing
reaches outside, no script fails, nothing is wider than the window, and axe finds no serious fault.

DAYBOOK_SHOTS=DIR keeps screenshots at 360, 1024 and 1600 pixels, dark and light.
"""

import os
import pathlib
import shutil
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from daemon import Daemon  # noqa: E402

SIZES = ((1600, 1000), (1024, 800), (360, 740))
SHOTS = os.environ.get("DAYBOOK_SHOTS")
PLACES = {
    "compliance": ["/", "/search", "/chat", "/integrity", "/retention", "/requests", "/sources",
                   "/settings", "/about"],
    "auditor": ["/", "/search", "/integrity", "/retention", "/sources", "/settings", "/about"],
    "admin": ["/integrity", "/sources", "/settings", "/about"],
    "trader": ["/", "/search", "/requests", "/my-data", "/about"],
    "writer": ["/about"],
}
# Pages that say no on purpose put their status on the browser's console.
EXPECTED = ("status of 403", "status of 404", "status of 401", "status of 400")


class Checker:
    def __init__(self, browser, daemon):
        self.browser = browser
        self.daemon = daemon
        self.faults = []

    def context(self, role, scheme="light"):
        context = self.browser.new_context(
            color_scheme=scheme,
            extra_http_headers={"Authorization": f"Bearer {self.daemon.tokens[role]}"} if role else {})
        context.set_default_timeout(20_000)
        return context

    def page(self, context, name):
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{name}: script: {error}"))
        page.on("request", lambda request: self.look(name, request.url))
        page.on("console", lambda message: self.hear(name, message))
        return page

    def look(self, name, url):
        if not url.startswith((self.daemon.base, "data:", "blob:")):
            self.faults.append(f"{name}: asked for {url}")

    def hear(self, name, message):
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            self.faults.append(f"{name}: {message.text}")

    def accessible(self, page, name):
        found = Axe().run(page)
        for violation in found.response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                places = [node["html"][:160] for node in violation["nodes"][:3]]
                self.faults.append(f"{name}: {violation['id']}: {violation['help']}: {places}")

    def fits(self, page, name, width):
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.faults.append(f"{name}: {wide} pixels wide in a window of {width}")


def places(checker, role):
    """The places of a role's navigation are those that this table has, as far as they are built."""
    with checker.context(role) as context:
        page = checker.page(context, role)
        page.goto(checker.daemon.base + "/")
        found = [link.get_attribute("href") for link in page.locator(".side nav a").all()]
        wrong = set(found) - set(PLACES[role])
        if wrong:
            checker.faults.append(f"{role}: the navigation has {wrong}")
        return found


def looks(checker, role, path):
    name = f"{role}{path.replace('/', '-').rstrip('-')}"
    for scheme in ("light", "dark"):
        with checker.context(role, scheme) as context:
            page = checker.page(context, name)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                if page.url == "about:blank":
                    page.goto(checker.daemon.base + path)
                    expect(page.locator("h1")).to_be_visible()
                page.wait_for_timeout(100)
                checker.fits(page, f"{name} {scheme}", width)
                if SHOTS:
                    page.screenshot(path=f"{SHOTS}/{name}-{scheme}-{width}.png")
            page.set_viewport_size({"width": 1280, "height": 900})
            checker.accessible(page, f"{name} {scheme}")


def today(checker):
    with checker.context("compliance") as context:
        page = checker.page(context, "today")
        page.goto(checker.daemon.base + "/")
        rows = page.locator("#blotter tr:visible")
        expect(rows).to_have_count(100)
        page.get_by_label("Filter the blotter").fill("rejected")
        for text in rows.all_inner_texts():
            assert "rejected" in text, text
        assert "of 100" in page.locator("[data-count]").inner_text()
        href = page.locator("#orders .chart-plot a").last.get_attribute("href")
        assert href.startswith("/search?q=event_type%3Aorder_submitted&from="), href
        page.get_by_label("Filter the blotter").fill("")
        # Keys: j goes to a row, g a goes to About, ? shows them all.
        page.locator("h1").click()
        page.keyboard.press("j")
        expect(page.locator("#blotter tr.at")).to_have_count(1)
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused() if page.locator("#search").count() else None
        page.keyboard.press("Escape")
        page.keyboard.press("g")
        page.keyboard.press("a")
        expect(page.locator("h1")).to_have_text("About")
        # The switch: kept for the next page.
        page.get_by_label("Dark or light").click()
        theme = page.locator("html").get_attribute("data-theme")
        page.reload()
        assert page.locator("html").get_attribute("data-theme") == theme


def chat(checker):
    with checker.context("compliance") as context:
        page = checker.page(context, "chat")
        page.goto(checker.daemon.base + "/chat")
        expect(page.get_by_text("Why do you read it?")).to_be_visible()
        page.get_by_label("Reason").fill("sample of the week")
        page.get_by_role("button", name="Open the messages").click()
        expect(page.locator(".talk-row").first).to_be_visible()
        page.locator(".conversations a", has_text="#lunch").click()
        expect(page.locator(".talk-text", has_text="salad").first).to_be_visible()
        expect(page.locator(".talk-fate").first).to_contain_text("kept")
        for width, _ in SIZES:
            page.set_viewport_size({"width": width, "height": 800})
            checker.fits(page, "chat, open", width)
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/chat-open-{width}.png")
        checker.accessible(page, "chat, open")
        page.get_by_role("button", name="Stop reading").click()
        expect(page.get_by_text("Why do you read it?")).to_be_visible()


def my_data(checker):
    with checker.context("trader") as context:
        page = checker.page(context, "my data")
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(checker.daemon.base + "/my-data")
        expect(page.get_by_role("cell", name="slack").first).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Take a copy").click()
        assert '"names"' in download.value.path().read_text()
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("tbody", has_text="erasure")).to_be_visible()
        checker.accessible(page, "my data, asked")


def refusals(checker):
    with checker.context("admin") as context:
        page = checker.page(context, "refused")
        answer = page.goto(checker.daemon.base + "/chat")
        assert answer.status == 403
        expect(page.get_by_text("Your roles do not open this page")).to_be_visible()
        checker.accessible(page, "refused")
        answer = page.goto(checker.daemon.base + "/nowhere")
        assert answer.status == 404
        checker.accessible(page, "not found")


def main():
    if SHOTS:
        pathlib.Path(SHOTS).mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("check_pages: there is no chromium here; scripts/setup test installs it")
    with Daemon() as daemon, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        checker = Checker(browser, daemon)
        for check in (today, chat, my_data, refusals):
            print(f"check: {check.__name__}", flush=True)
            check(checker)
        for role in PLACES:
            for path in places(checker, role):
                print(f"look: {role} {path}", flush=True)
                looks(checker, role, path)
        browser.close()
    for fault in dict.fromkeys(checker.faults):
        print("FAULT", fault)
    sys.exit(1 if checker.faults else 0)


main()
