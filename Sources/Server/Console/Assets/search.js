// SPDX-License-Identifier: Apache-2.0
// The pages of searches and records: zoom by dragging, completion, and the proof in the browser.
"use strict";

(() => {
  const { one, all, make, ask } = daybook;

  // --- Zoom: a stretch of bars becomes the stretch of time.
  function zoom(box) {
    const svg = one("svg", box);
    if (!svg) return;
    const bars = Number(box.dataset.zoomBars);
    const start = BigInt(box.dataset.zoomStart);
    const width = BigInt(box.dataset.zoomWidth);
    const place = (event) => {
      const frame = svg.getBoundingClientRect();
      const share = (event.clientX - frame.left) / frame.width;
      return Math.max(0, Math.min(bars - 1, Math.floor(share * bars)));
    };
    let from = null;
    let mark = null;
    let moved = false;
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = place(event);
      moved = false;
    });
    svg.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const to = place(event);
      if (to === from && !moved) return;
      moved = true;
      if (!mark) {
        mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        mark.setAttribute("class", "zoom-mark");
        mark.setAttribute("y", "0");
        mark.setAttribute("height", "100");
        svg.append(mark);
        svg.setPointerCapture(event.pointerId);
      }
      const [low, high] = [Math.min(from, to), Math.max(from, to)];
      mark.setAttribute("x", String(low * 10));
      mark.setAttribute("width", String((high - low + 1) * 10));
    });
    svg.addEventListener("pointerup", (event) => {
      if (from === null) return;
      const [low, high] = [Math.min(from, place(event)), Math.max(from, place(event))];
      from = null;
      if (!moved) return;
      const link = new URL(box.dataset.zoom, location.href);
      link.searchParams.set("from", instant(start + width * BigInt(low)));
      link.searchParams.set("to", instant(start + width * BigInt(high + 1)));
      location.assign(link);
    });
    // The click that ends a drag is none.
    svg.addEventListener("click", (event) => { if (moved) event.preventDefault(); }, true);
    svg.addEventListener("pointercancel", () => { from = null; mark?.remove(); mark = null; });
  }

  /** Microseconds since 1970 as a text with six digits. */
  function instant(microseconds) {
    const whole = new Date(Number(microseconds / 1000n)).toISOString().slice(0, 23);
    return `${whole}${String(microseconds % 1000n).padStart(3, "0")}Z`;
  }

  // --- Completion of fields and values, from what the newest records have.
  function complete(input) {
    const list = one(`#${input.getAttribute("aria-controls")}`);
    let fields = null;
    let at = -1;
    // Asked for once; whoever types meanwhile waits for the answer, too.
    let loading = null;
    const load = () => (loading ??= ask(input.dataset.complete)
      .then(async (answer) => { if (answer.ok) fields = (await answer.json()).fields; })
      .catch(() => { loading = null; }));
    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const word = () => {
      const before = input.value.slice(0, input.selectionStart);
      return /(?:([\w.]+):)?"?([\w./-]*)$/.exec(before);
    };
    const choices = () => {
      const [, field, text] = word() ?? [];
      const low = (text ?? "").toLowerCase();
      if (field) {
        const values = fields.find((one) => one.name === field)?.values ?? [];
        return values.filter((value) => value.toLowerCase().startsWith(low))
          .map((value) => ({ text: /^[\w.-]+$/.test(value) ? value : `"${value}"`, shown: value, typed: text }));
      }
      if (!low) return [];
      return fields.filter((one) => one.name.startsWith(low) && one.name !== low)
        .map((one) => ({ text: `${one.name}:`, shown: one.name, typed: text }));
    };
    const take = (choice) => {
      const end = input.selectionStart;
      const start = end - choice.typed.length;
      input.setRangeText(choice.text, start, end, "end");
      close();
      input.focus();
      if (choice.text.endsWith(":")) show();
    };
    const show = () => {
      const found = fields ? choices().slice(0, 8) : [];
      list.replaceChildren(...found.map((choice, place) => {
        const item = make("li", { role: "option", id: `${list.id}-${place}` }, choice.shown);
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(choice); });
        item.choice = choice;
        return item;
      }));
      if (found.length === 0) return close();
      list.hidden = false;
      at = -1;
      input.setAttribute("aria-expanded", "true");
    };
    const move = (step) => {
      const items = [...list.children];
      items[at]?.removeAttribute("aria-selected");
      at = (at + step + items.length) % items.length;
      items[at].setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", items[at].id);
    };
    input.addEventListener("focus", load, { once: true });
    input.addEventListener("input", async () => {
      await load();
      if (document.activeElement === input) show();
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
      else if (event.key === "Tab" || event.key === "Enter") {
        if (at < 0 && event.key === "Enter") return close();
        event.preventDefault();
        take((list.children[Math.max(at, 0)]).choice);
      } else if (event.key === "Escape") { event.stopPropagation(); close(); }
    });
  }

  // --- The proof: everything is computed here, from the line up.
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const base64 = (array) => btoa(String.fromCharCode(...array));
  const isEqual = (left, right) => base64(left) === base64(right);

  async function hash(...parts) {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  }
  const leafHash = (line) => hash([0], new TextEncoder().encode(line));
  const nodeHash = (left, right) => hash([1], left, right);

  /** RFC 9162, 2.1.3.2; tells each step. */
  async function climb(leaf, index, size, hashes, tell) {
    let place = BigInt(index);
    let last = BigInt(size) - 1n;
    let now = leaf;
    for (const text of hashes) {
      if (last === 0n) return null;
      const other = bytes(text);
      const isRight = (place & 1n) === 1n || place === last;
      now = isRight ? await nodeHash(other, now) : await nodeHash(now, other);
      tell(`with its neighbour on the ${isRight ? "left" : "right"}`, now);
      if (isRight) while ((place & 1n) === 0n && place > 0n) { place >>= 1n; last >>= 1n; }
      place >>= 1n;
      last >>= 1n;
    }
    return last === 0n ? now : null;
  }

  /** Whether the note is signed with the key; null where this browser cannot tell. */
  async function isSigned(note, verifier) {
    const [name, , key] = verifier.split("+").length > 3
      ? [verifier.split("+")[0], "", verifier.split("+").slice(2).join("+")]
      : verifier.split("+");
    const raw = bytes(key).slice(1);
    const end = note.indexOf("\n\n") + 1;
    const text = new TextEncoder().encode(note.slice(0, end));
    const line = note.slice(end + 1).split("\n").find((one) => one.startsWith(`— ${name} `));
    if (!line) return false;
    try {
      const imported = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
      const signature = bytes(line.slice(line.lastIndexOf(" ") + 1)).slice(4);
      return await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, text);
    } catch { return null; }
  }

  async function prove(button) {
    const steps = one("#proof-steps");
    steps.replaceChildren();
    button.disabled = true;
    const say = (text, value, tone) => {
      const item = make("li", tone ? { class: tone } : {}, text);
      if (value) item.append(make("code", { class: "hash" }, base64(value)));
      steps.append(item);
    };
    try {
      const answer = await ask(button.dataset.prove);
      if (!answer.ok) throw new Error("the record cannot be read");
      const record = await answer.json();
      const proof = record.proof;
      if (!proof) throw new Error(record.unproven ?? "there is no proof yet");
      const leaf = await leafHash(record.line);
      say("SHA-256 of a zero byte and the line", leaf);
      const root = await climb(leaf, record.index, proof.size, proof.hashes, say);
      const lines = proof.checkpoint.split("\n");
      const isRoot = root !== null && isEqual(root, bytes(lines[2])) && lines[1] === String(proof.size);
      say(isRoot ? "This is the root of the signed checkpoint"
        : "This is not the root of the signed checkpoint", null, isRoot ? "good" : "bad");
      const signed = proof.verifier_key ? await isSigned(proof.checkpoint, proof.verifier_key) : null;
      say(signed === null ? "This browser cannot check the signature (Ed25519); the file can be checked elsewhere"
        : signed ? "The checkpoint is signed with the book's key" : "The signature is not of the book's key",
        null, signed === null ? "warn" : signed ? "good" : "bad");
      say(isRoot && signed !== false ? "Proven: the record is in the book that was signed"
        : "Not proven. Run the verification on the page Integrity", null,
        isRoot && signed !== false ? "good" : "bad");
    } catch (error) {
      say(`It could not be proven: ${error.message}`, null, "bad");
    }
    button.disabled = false;
  }

  for (const box of all("[data-zoom]")) zoom(box);
  for (const input of all("[data-complete]")) complete(input);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-prove]");
    if (button) prove(button);
  });
})();
