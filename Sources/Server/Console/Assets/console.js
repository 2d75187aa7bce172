// SPDX-License-Identifier: Apache-2.0
// What the pages do beyond links and forms. Everything works without it, only less quickly.
"use strict";

const daybook = (() => {
  const html = document.documentElement;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /** Makes an element; texts are texts, never markup. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /** fetch with the token that says the request is ours. */
  function ask(address, options = {}) {
    const csrf = one('meta[name="csrf"]')?.content;
    const headers = { ...(options.headers ?? {}) };
    if (csrf && options.method && options.method !== "GET") headers["X-Daybook-CSRF"] = csrf;
    return fetch(address, { ...options, headers, credentials: "same-origin" });
  }

  // --- Dark and light: kept in a cookie, so that the next page comes in the right colours at once.
  function nextTheme() {
    const now = html.dataset.theme;
    const isDark = now ? now === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    html.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `daybook_theme=${html.dataset.theme}; path=/; max-age=31536000; samesite=strict`;
  }

  // --- Keys
  const isTyping = (target) =>
    target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
  let pending = "";

  function move(step) {
    // The longest list that can be seen is the one that the page is about.
    const lists = all("[data-list]").map((list) =>
      [...list.children].filter((item) => item.checkVisibility()));
    const items = lists.reduce((best, list) => (list.length > best.length ? list : best), []);
    if (items.length === 0) return;
    const at = items.findIndex((item) => item.classList.contains("at"));
    const next = Math.min(items.length - 1, Math.max(0, at < 0 ? 0 : at + step));
    items[at]?.classList.remove("at");
    items[next].classList.add("at");
    items[next].scrollIntoView({ block: "nearest" });
    one("a", items[next])?.focus({ preventScroll: true });
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (isTyping(event.target)) event.target.blur();
      closeMenus();
      if (location.hash === "#side") location.hash = "";
      return;
    }
    if (isTyping(event.target) || walk(event)) return;
    const key = pending + event.key;
    pending = "";
    const go = one(`[data-key="${CSS.escape(key)}"]`);
    if (key === "/") { event.preventDefault(); one("#search")?.select(); }
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "?") one("#keys")?.showModal();
    else if (key === "g") { pending = "g"; setTimeout(() => { pending = ""; }, 1200); }
    else if (go) go.click();
  }

  /** Arrows walk through the links of a grid: to the next one in the row, or the nearest above or below. */
  function walk(event) {
    const table = event.target.closest?.("[data-grid]");
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!table || !step) return false;
    const links = all("tbody a", table);
    const place = (link) => {
      const cell = link.closest("td");
      return [cell.parentElement.rowIndex, cell.cellIndex];
    };
    const [row, column] = place(event.target.closest("a"));
    const at = links.indexOf(event.target.closest("a"));
    const next = step[0] === 0 ? links[at + step[1]]
      : links.filter((link) => Math.sign(place(link)[0] - row) === step[0])
        .sort((a, b) => (place(a)[0] - place(b)[0]) * step[0]
          || Math.abs(place(a)[1] - column) - Math.abs(place(b)[1] - column))[0];
    if (!next) return false;
    event.preventDefault();
    next.focus();
    return true;
  }

  function closeMenus(except) {
    for (const menu of all("details.who[open]")) if (menu !== except) menu.open = false;
  }

  // --- Parts that renew themselves: [data-refresh="milliseconds"] with an id.
  function refresh() {
    const parts = all("[data-refresh][id]");
    if (parts.length === 0) return;
    const pace = Math.max(1000, Math.min(...parts.map((part) => Number(part.dataset.refresh))));
    let failed = 0;
    async function again() {
      if (!document.hidden) {
        try {
          const answer = await ask(location.href, { headers: { "X-Daybook-Refresh": "1" } });
          if (answer.redirected || !answer.ok) throw new Error("not the page");
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          for (const part of all("[data-refresh][id]")) {
            const fresh = page.getElementById(part.id);
            // What somebody is using is not taken from under their hands.
            if (!fresh) delete part.dataset.refresh;
            else if (!part.contains(document.activeElement)) part.replaceWith(fresh);
          }
          failed = 0;
        } catch { failed += 1; }
        html.classList.toggle("stale", failed > 2);
      }
      if (all("[data-refresh][id]").length > 0) setTimeout(again, pace * (1 + Math.min(failed, 8)));
    }
    setTimeout(again, pace);
  }

  // --- Filter as you type: [data-filter="#list"] hides what does not contain every word.
  function filter(input) {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const list = one(input.dataset.filter);
    if (!list) return;
    let shown = 0;
    for (const item of list.children) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown += 1;
    }
    const count = one(`[data-count="${input.dataset.filter}"]`);
    if (count) count.textContent = words.length > 0 ? `${shown} of ${list.children.length}` : "";
  }

  function clock() {
    const place = one(".clock time");
    if (!place) return;
    const tick = () => {
      const now = new Date().toISOString();
      place.textContent = now.slice(11, 19);
      place.dateTime = now;
    };
    tick();
    setInterval(tick, 1000);
  }

  // --- Start
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-act]");
    closeMenus(event.target.closest("details.who"));
    if (!target) return;
    if (target.dataset.act === "theme") nextTheme();
    if (target.dataset.act === "keys") one("#keys")?.showModal();
    if (target.dataset.act === "close") target.closest("dialog")?.close();
    if (target.dataset.act === "copy") {
      navigator.clipboard?.writeText(target.dataset.text ?? "");
      target.setAttribute("data-done", "1");
    }
    if (target.dataset.act === "print") window.print();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-filter]")) filter(event.target);
  });
  // A form that cannot be undone asks once more.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset?.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    const button = event.submitter;
    if (button) setTimeout(() => { button.disabled = true; }, 0);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
  });
  refresh();
  clock();
  for (const input of all("[data-filter]")) if (input.value) filter(input);

  return { one, all, make, ask };
})();
