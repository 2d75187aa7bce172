# SPDX-License-Identifier: Apache-2.0
"""What people do in the console, from the first click to what came of it."""

import json
import re
import subprocess
import tempfile
import time

from daemon import BINARY
from playwright.sync_api import expect


def sign_in(checker):
    """Nobody is asked for a token; a wrong one is refused; a link works once; signing out ends it."""
    base, daemon = checker.daemon.base, checker.daemon
    with checker.context(None) as context:
        page = checker.page(context, "sign in")
        page.goto(base + "/search?q=asset%3AAAPL")
        expect(page.locator("h1")).to_have_text("Sign in")
        checker.accessible(page, "sign in")
        page.get_by_label("Token").fill("dbk_0_0")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("This token is unknown")).to_be_visible()
        checker.accessible(page, "sign in, refused")
        page.get_by_label("Token").fill(daemon.tokens["auditor"])
        page.get_by_role("button", name="Sign in").click()
        # On to where they wanted to go.
        expect(page.locator("h1")).to_have_text("Search")
        assert "asset%3AAAPL" in page.url, page.url
        cookies = [cookie for cookie in context.cookies() if "session" in cookie["name"]]
        assert cookies and all(c["httpOnly"] and c["sameSite"] == "Strict" for c in cookies), cookies
        page.locator(".who summary").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("h1")).to_have_text("Sign in")
        page.goto(base + "/search")
        expect(page.locator("h1")).to_have_text("Sign in")

        link = daemon.link("auditor")
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("h1")).to_have_text("Today")
        expect(page.locator(".who-name")).to_have_text("otto")
    with checker.context(None) as context:
        page = checker.page(context, "sign in by a link")
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("This link is over")).to_be_visible()


def search(checker):
    """Keys lead to the search, fields are completed, and dragging over the bars zooms."""
    with checker.signed_in("compliance", "search", "/about") as page:
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("event_type:order_filled")
        page.keyboard.press("Enter")
        expect(page.locator("#found tr").first).to_be_visible()
        box = page.locator("[data-zoom] svg").bounding_box()
        before = page.locator("[data-zoom]").get_attribute("data-zoom-width")
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] * 0.6, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=4)
        expect(page.locator(".zoom-mark")).to_be_visible()
        page.mouse.up()
        page.wait_for_url(re.compile("from=.*to="))
        after = page.locator("[data-zoom]").get_attribute("data-zoom-width")
        assert int(after) < int(before), (before, after)
        expect(page.locator("#found tr").first).to_be_visible()

        query = page.locator("#query")
        query.fill("")
        query.press_sequentially("event_t")
        expect(page.locator("#query-list")).to_be_visible()
        query.press("ArrowDown")
        query.press("Enter")
        assert query.input_value().startswith("event_type:"), query.input_value()
        query.fill("event_type:order_filled | stats count() by asset")
        query.press("Escape")
        query.press("Enter")
        expect(page.get_by_role("columnheader", name="asset")).to_be_visible()

        # j and k walk, Enter opens.
        page.goto(checker.daemon.base + "/search?q=event_type%3Aorder_filled&span=all")
        page.locator("h1").click()
        for key, row in (("j", 0), ("j", 1), ("k", 0)):
            page.keyboard.press(key)
            expect(page.locator("#found tr").nth(row)).to_have_class(re.compile("at"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Prove it")).to_be_visible()


def prove(checker):
    """The browser computes the proof itself: green for what is so, red for what was tampered with."""
    with checker.signed_in("auditor", "prove", "/search?q=event_type%3Aorder_filled&span=all") as page:
        page.locator("#found tr a").first.click()
        page.get_by_role("button", name="Prove it").wait_for()
        path = page.url.removeprefix(checker.daemon.base)
        checker.seen.append(("auditor", path))
        steps = page.locator("#proof-steps li")
        page.get_by_role("button", name="Prove it").click()
        expect(steps.last).to_contain_text("Proven")
        expect(page.locator("#proof-steps .bad")).to_have_count(0)
        expect(page.locator("#proof-steps .good")).to_have_count(3)
        checker.accessible(page, "proven")
        with page.expect_download() as download:
            page.get_by_role("link", name=".tlog-proof").click()
        assert download.value.path().read_text().startswith("c2sp.org/tlog-proof")

        def changed(change):
            def handle(route):
                answer = route.fetch()
                record = answer.json()
                change(record)
                route.fulfill(response=answer, body=json.dumps(record))
            return handle

        def other_line(record):
            record["line"] = record["line"].replace("order_filled", "order_fillet", 1)

        def other_place(record):
            record["index"] += 1

        def other_hash(record):
            hashes = record["proof"]["hashes"]
            hashes[0] = "A" * 42 + "E=" if hashes[0][:4] != "AAAA" else "B" * 42 + "E="

        def other_root(record):
            lines = record["proof"]["checkpoint"].split("\n")
            lines[1] = str(int(lines[1]) + 1)
            record["proof"]["checkpoint"] = "\n".join(lines)

        def other_name(record):
            record["proof"]["checkpoint"] = record["proof"]["checkpoint"][:-6] + "AAAA=\n"

        for change in (other_line, other_place, other_hash, other_root, other_name):
            page.route("**/v1/records/**", changed(change))
            page.get_by_role("button", name="Prove it").click()
            expect(steps.last).to_have_class(re.compile("bad"))
            expect(steps.last).not_to_contain_text("Proven:")
            page.unroute("**/v1/records/**")
        checker.accessible(page, "not proven")


def policy(checker):
    """What daybook.yaml proposes is accepted, and the calendar has it."""
    with checker.signed_in("compliance", "policy", "/retention") as page:
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("Policies that wait")).to_have_count(1)
    with checker.signed_in("second", "policy, approved", "/retention") as page:
        page.get_by_role("button", name="Approve").first.click()
        expect(page.get_by_text("Policies in force").last).to_be_attached()
        expect(page.get_by_role("rowheader", name="desk", exact=True)).to_be_visible()
    with checker.signed_in("auditor", "calendar", "/retention") as page:
        page.get_by_role("link", name="Calendar").click()
        page.get_by_role("link", name=re.compile("^(January|February|March|April|May|June|July|August"
                                                 "|September|October|November|December) ")).first.click()
        path = page.url.removeprefix(checker.daemon.base)
        checker.seen.append(("auditor", path))
        cell = page.locator(".month td.going a").first
        expect(cell).to_be_visible()
        assert "policy desk" in cell.get_attribute("aria-label"), cell.get_attribute("aria-label")
        cell.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert "#day-" in page.url, page.url
        page.get_by_role("link", name="Later", exact=True).click()
        expect(page.locator(".month")).to_be_visible()
        checker.accessible(page, "calendar")


def make_plan(page, base, **fields):
    page.goto(base + "/retention/plans/new")
    for label, text in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    page.get_by_role("button", name="Make the plan").first.click()
    expect(page.locator("h1")).to_contain_text("Plan ")
    return page.url


def plan(checker):
    """One makes a plan, another approves it, it is applied, and its receipt holds without Daybook."""
    base = checker.daemon.base
    with checker.signed_in("compliance", "plan") as page:
        url = make_plan(page, base, Conversations="#lunch", Reason="not about work")
        checker.seen.append(("compliance", url.removeprefix(base)))
        expect(page.get_by_text("Another person has to approve it")).to_be_visible()
        expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    with checker.signed_in("second", "plan, approved", "/retention") as page:
        expect(page.get_by_role("heading", name="Waits for a second person")).to_be_visible()
        page.locator(f'a[href="{url.removeprefix(base)}"]').first.click()
        page.get_by_role("button", name="Approve").click()
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_text("How far it is")).to_be_visible()
        page.get_by_role("link", name="The receipt").click()
        expect(page.get_by_text("of the book audit").first).to_be_visible()
        checker.seen.append(("auditor", page.url.removeprefix(base)))
        with page.expect_download() as download, tempfile.TemporaryDirectory() as folder:
            page.get_by_role("link", name="The file").click()
            file = f"{folder}/a.receipt"
            download.value.save_as(file)
            said = subprocess.run([str(BINARY), "receipt", "verify", "--json", file],
                                  capture_output=True, text=True, check=True)
            assert json.loads(said.stdout), said.stdout
            broken = open(file, "rb").read().replace(b"clear_run", b"clear_ran", 1)
            open(file, "wb").write(broken)
            assert subprocess.run([str(BINARY), "receipt", "verify", file],
                                  capture_output=True).returncode != 0
    with checker.signed_in("compliance", "plan, done", url.removeprefix(base)) as page:
        expect(page.locator(".tile", has_text="State")).to_contain_text("done")
        expect(page.locator(".facts", has_text="Approved by")).to_contain_text("carl")
        expect(page.get_by_role("link", name="The receipt")).to_be_visible()


def request(checker):
    """Somebody asks for a copy, gets it, and is answered."""
    base = checker.daemon.base
    with checker.signed_in("compliance", "request", "/requests") as page:
        page.get_by_label("Who asks").fill("slack:bob")
        page.get_by_label("What for").select_option("access")
        page.get_by_label("How it was made sure").fill("passport")
        page.get_by_role("button", name="Note it").click()
        expect(page.locator("h1")).to_contain_text("Request q-")
        checker.seen.append(("compliance", page.url.removeprefix(base)))
        with page.expect_download() as download:
            page.get_by_role("link", name="Copy for programs").click()
        assert "bob" in download.value.path().read_text()
        page.get_by_role("button", name="Answer").click()
        expect(page.locator(".facts .badge")).to_have_text("done")
        expect(page.get_by_role("button", name="Answer")).to_have_count(0)


def hold(checker):
    """What a hold covers stays, whoever approves; it is released by two people."""
    base = checker.daemon.base
    with checker.signed_in("compliance", "hold", "/retention") as page:
        page.get_by_label("Matter").fill("Case 12")
        page.get_by_label("Custodians").fill("slack:bob")
        page.get_by_role("button", name="Open the hold").click()
        row = page.locator("tr", has_text="Case 12")
        expect(row).to_be_visible()
        url = make_plan(page, base, Written_by="slack:bob", Reason="he left")
        expect(page.locator(".tile", has_text="Would go").locator(".tile-value")).to_have_text("0 records")
        expect(page.locator("table .badge", has_text="held").first).to_be_visible()
        expect(page.get_by_role("button", name="Apply")).to_have_count(0)
        page.goto(base + "/retention")
        page.locator("tr", has_text="Case 12").get_by_role("button", name="Propose").click()
        waiting = page.locator("tr", has_text="release a hold")
        expect(waiting).to_be_visible()
        # Whoever proposed it cannot agree to it.
        expect(waiting.get_by_role("button", name="Approve")).to_have_count(0)
    with checker.signed_in("second", "hold, released", "/retention") as page:
        page.locator("tr", has_text="release a hold").get_by_role("button", name="Approve").click()
        expect(page.locator("tr", has_text="release a hold")).to_have_count(0)
        expect(page.locator("tr", has_text="Case 12")).to_have_count(0)
    with checker.signed_in("compliance", "hold, over") as page:
        make_plan(page, base, Written_by="slack:bob", Reason="he left")
        expect(page.locator(".tile", has_text="Would go").locator(".tile-value")).not_to_have_text("0 records")


def export(checker):
    """A search becomes a bundle."""
    with checker.signed_in("auditor", "export", "/search?q=event_type%3Aorder_filled&span=all") as page:
        page.get_by_role("link", name="Export", exact=True).click()
        expect(page.get_by_label("Query")).to_have_value("event_type:order_filled")
        page.get_by_label("Given to").fill("BaFin, case 12")
        page.get_by_role("button", name="Make it").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Fetch").first.click()
        assert download.value.path().stat().st_size > 1_000
        expect(page.locator("tr", has_text="BaFin")).to_be_visible()


def sources(checker):
    """What a followed log gains is seen without loading the page again."""
    with checker.signed_in("admin", "sources", "/sources") as page:
        expect(page.locator("tr", has_text="worker.log")).to_be_visible()
        expect(page.locator("#sources .badge", has_text="running")).to_be_visible()
        with open(checker.daemon.bots / "worker.log", "a") as log:
            for tick in range(50, 80):
                log.write(f'{{"event":"worker_tick","tick":{tick}}}\n')
        expect(page.locator("#sources-sum .tile", has_text="since the start")).to_contain_text(
            "80", timeout=20_000)


def today(checker):
    with checker.signed_in("compliance", "today") as page:
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
        page.keyboard.press("g")
        page.keyboard.press("a")
        expect(page.locator("h1")).to_have_text("About")
        # The switch: kept for the next page.
        page.get_by_label("Dark or light").click()
        theme = page.locator("html").get_attribute("data-theme")
        page.reload()
        assert page.locator("html").get_attribute("data-theme") == theme


def live(checker):
    """A record that is taken appears in the blotter by itself."""
    with checker.signed_in("auditor", "live") as page:
        expect(page.locator("#live")).to_contain_text("live")
        order = f"o-live-{time.time_ns()}"
        checker.daemon.post_record({
            "event": "order_submitted", "event_type": "order_submitted", "level": "info",
            "order_id": order, "asset": "AAPL", "side": "buy", "amount": "1", "strategy": "momentum"})
        expect(page.locator("#blotter tr", has_text=order)).to_be_visible()


def chat(checker):
    with checker.signed_in("compliance", "chat", "/chat") as page:
        expect(page.get_by_text("Why do you read it?")).to_be_visible()
        page.get_by_label("Reason").fill("sample of the week")
        page.get_by_role("button", name="Open the messages").click()
        expect(page.locator(".talk-row").first).to_be_visible()
        page.locator(".conversations a", has_text="#lunch").click()
        expect(page.locator(".talk-text", has_text="salad").first).to_be_visible()
        expect(page.locator(".talk-fate").first).to_contain_text("kept")
        checker.shots(page, "chat-open")
        checker.accessible(page, "chat, open")
        page.get_by_role("button", name="Stop reading").click()
        expect(page.get_by_text("Why do you read it?")).to_be_visible()


def my_data(checker):
    with checker.signed_in("trader", "my data", "/my-data") as page:
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


# In this order: the hold is over before the plan, and what the plan clears was read before.
FLOWS = (sign_in, today, live, search, prove, sources, chat, my_data, refusals, export, policy, hold,
         request, plan)
