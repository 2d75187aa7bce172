# SPDX-License-Identifier: Apache-2.0
"""Pages that are watched while they are used: what fails is a fault, and all faults are told at the end."""

import contextlib
import os

from axe_playwright_python.sync_playwright import Axe

SIZES = ((1600, 1000), (1024, 800), (360, 740))
SHOTS = os.environ.get("DAYBOOK_SHOTS")
# Pages that say no on purpose put their status on the browser's console.
EXPECTED = ("status of 403", "status of 404", "status of 401", "status of 400", "status of 409")


class Checker:
    def __init__(self, browser, daemon):
        self.browser = browser
        self.daemon = daemon
        self.faults = []
        self.sessions = {}
        # Pages that only a flow leads to: who, path.
        self.seen = []
        # Paths that were looked at, for any role.
        self.looked = set()

    def context(self, who, scheme="light"):
        context = self.browser.new_context(color_scheme=scheme, storage_state=self.session(who))
        context.set_default_timeout(20_000)
        return context

    def session(self, who):
        """The cookies of somebody who signed in with their token, as people do; nobody has none."""
        if who is not None and who not in self.sessions:
            with contextlib.closing(self.browser.new_context()) as context:
                page = context.new_page()
                page.goto(self.daemon.base + "/sign-in")
                page.get_by_label("Token").fill(self.daemon.tokens[who])
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_url(lambda url: "/sign-in" not in url)
                self.sessions[who] = context.storage_state()
        return self.sessions.get(who)

    @contextlib.contextmanager
    def signed_in(self, who, name, path="/"):
        """A page of somebody, who says yes to every question."""
        with self.context(who) as context:
            page = self.page(context, name)
            page.on("dialog", lambda dialog: dialog.accept())
            page.goto(self.daemon.base + path)
            yield page

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

    def shots(self, page, name):
        """At each size: it fits, and is kept as a picture where somebody wants to look."""
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(60)
            self.fits(page, name, width)
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)

    def fits(self, page, name, width):
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.faults.append(f"{name}: {wide} pixels wide in a window of {width}")
