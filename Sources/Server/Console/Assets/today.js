// SPDX-License-Identifier: Apache-2.0
// Today's blotter: rows for what happens to orders, as it is recorded.
"use strict";

(() => {
  const { one, make } = daybook;
  const plan = one("#blotter-live");
  const body = one("#blotter");
  if (!plan || !body || !window.EventSource) return;

  const words = JSON.parse(plan.dataset.words);
  const most = Number(plan.dataset.rows);
  const live = one("#live");
  const pause = one("#pause");
  let next = Number(plan.dataset.next);
  let isPaused = false;
  let waiting = [];

  const first = (record, ...names) =>
    names.map((name) => record[name]).find((value) => value !== undefined && value !== "") ?? "";

  function cell(name, ...content) {
    const element = make("td", {}, ...content);
    if (name) element.className = name;
    return element;
  }

  function row({ index, record }) {
    const instant = record.timestamp ?? record.recorded ?? "";
    const [word, tone] = words[record.event_type] ?? [record.event_type.replaceAll("_", " "), ""];
    const time = make("time", { datetime: instant, title: instant, class: "nowrap" },
      instant.slice(11, 26));
    const head = make("th", { scope: "row" },
      make("a", { href: `/records/audit/${index}` }, time));
    const element = make("tr", { class: "fresh" }, head,
      cell("", make("span", { class: `badge ${tone}` }, word)),
      cell("", String(first(record, "asset"))),
      cell("", String(first(record, "side"))),
      cell("num", String(first(record, "filled_amount", "amount", "new_amount", "remaining_amount"))),
      cell("num", String(first(record, "fill_price", "limit_price", "new_limit_price", "stop_price",
        "trigger_price"))),
      cell("", make("code", {}, String(first(record, "order_id")))),
      cell("wide-only", String(first(record, "strategy"))),
      cell("wide-only", make("span", { class: "faint" }, String(
        first(record, "rejection_code", "rejection_reason", "reason", "venue", "route"))
        .replaceAll("_", " "))));
    return element;
  }

  // Rows come in bursts: they are put in once a frame, newest first, and no more than are shown.
  let isDue = false;
  function show() {
    isDue = false;
    if (isPaused) return;
    const fresh = waiting.slice(-most).reverse().map(row);
    waiting = [];
    if (fresh.length === 0) return;
    one("#blotter-empty")?.remove();
    const isWatching = !body.contains(document.activeElement);
    body.prepend(...fresh);
    while (isWatching && body.children.length > most) body.lastElementChild.remove();
    one('[data-filter="#blotter"]')?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(text, tone) {
    live.replaceChildren(make("span", { class: `dot ${tone}`, "aria-hidden": "true" }), text);
  }

  const source = new EventSource("/v1/tail?q=event_type%3Aorder_*&books=audit");
  const lookedFor = () => { pause.hidden = false; if (!isPaused) say("live", "live"); };
  source.addEventListener("open", lookedFor);
  source.addEventListener("message", (event) => {
    const found = JSON.parse(event.data);
    if (found.index < next || !found.record) return;
    next = found.index + 1;
    waiting.push(found);
    if (waiting.length > most * 2) waiting = waiting.slice(-most);
    if (!isDue) { isDue = true; setTimeout(show, 200); }
  });
  source.addEventListener("error", () => {
    say(source.readyState === EventSource.CLOSED ? "not live: reload to see more" : "connecting", "warn");
  });
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    pause.textContent = isPaused ? "Go on" : "Pause";
    say(isPaused ? "paused" : "live", isPaused ? "warn" : "live");
    show();
  });
})();
