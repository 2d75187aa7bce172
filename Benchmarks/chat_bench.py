#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the chat book: import, search, plans, erasure and rewrapping; scripts/bench calls it.

    chat_bench.py BIN WORK N

BIN is the directory of the release build, WORK one for the book, N how many messages: of 200 people in
24 conversations over 90 days. Prints figures and judges nothing; the goals stand beside them.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

GOALS = {
    "import": "30,000 messages/s", "search": "3 s", "plan": "2 s", "erase": "1 s and the rewrap",
    "rewrap": "300,000 keys/s", "bytes": "120 bytes a message", "memory": "300 MB", "": "-",
}
PERSON = "alice-020"
OTHER = "alice-040"


class Chat:
    def __init__(self, bin_, work):
        self.bin, self.logs, self.work = bin_, f"{work}/logs", work
        self.environment = {**os.environ, "DAYBOOK_KEYS": f"{work}/keys"}
        self.peak = 0
        self.processor = 0.0

    def run(self, *words, allowed=(0,)):
        """Seconds, what it printed, megabytes at most."""
        command = ["/usr/bin/time", "-f", "peak %M %U %S", f"{self.bin}/daybook", *words,
                   "--dir", self.logs]
        began = time.perf_counter()
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False)
        spent = time.perf_counter() - began
        if done.returncode not in allowed:
            raise SystemExit(f"daybook {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        peak, user, system = re.findall(r"^peak (\d+) ([\d.]+) ([\d.]+)$", done.stderr, re.M)[-1]
        memory = int(peak) / 1024
        self.peak = max(self.peak, memory)
        self.processor = float(user) + float(system)
        return spent, done.stdout, memory

    def line(self, what, spent, goal, more="", memory=0):
        # On a machine that others use, only the time of the processors says something.
        print(f"{what:44} {spent * 1000:9.0f} ms   {self.processor * 1000:7.0f} ms of processors   "
              f"{memory:5.0f} MB   goal {GOALS[goal]}{more}", flush=True)


def bytes_of(path):
    root = pathlib.Path(path)
    if root.is_file():
        return root.stat().st_size
    return sum(file.stat().st_size for file in root.rglob("*") if file.is_file())


def sizes(chat, count):
    plain = sum(bytes_of(path) for path in pathlib.Path(chat.logs).glob("chat.log*"))
    book = bytes_of(f"{chat.logs}/chat")
    vault = bytes_of(f"{chat.logs}/vault")
    keys = bytes_of(f"{chat.work}/keys")
    print(f"bytes a message: segments, tree and catalog {book / count:.1f} (goal {GOALS['bytes']}), "
          f"plain lines while they are kept {plain / count:.1f}, vault {vault / count:.1f}, "
          f"keys {keys / count:.1f}", flush=True)


def plans(chat, count):
    asked = [
        ["--older-than", "30d"], ["--down-to", "50MB"], ["--keep-last", str(count // 10)],
        ["--person", PERSON], ["--conversation", "room-07"], ["--platform", "desk"],
        ["--kind", "chat_message"], ["--matching", "text:zeppelin"], ["--record", str(count // 2)],
        ["--older-than", "30d", "--person", PERSON, "--conversation", "room-07"],
    ]
    for words in asked:
        spent, _, memory = chat.run("clear", *words, allowed=(0, 1))
        chat.line(f"plan of clear {' '.join(words)}", spent, "plan", memory=memory)


def answers(chat):
    """What people ask of a book of this size: about one person, a change of policy, an export."""
    spent, _, memory = chat.run("about", OTHER)
    chat.line(f"about {OTHER}", spent, "", memory=memory)
    _, text, _ = chat.run("request", "open", OTHER, "--kind", "access", "--json")
    spent, _, memory = chat.run(
        "request", "answer", json.loads(text)["id"], "--out", f"{chat.work}/answers")
    chat.line("request answer: a copy of all of one person", spent, "", memory=memory)
    settings = pathlib.Path(chat.logs, "daybook.yaml")
    policy = "policies: [{{name: desk, select: {{book: chat{}}}, keep: {}, grace: 0d}}]\n"
    settings.write_text(policy.format("", "5y"))
    chat.run("policy", "accept")
    for select, what in (("", "by age"), (", conversation: room-07", "by conversation"),
                         (", matching: zeppelin", "by a word")):
        settings.write_text(policy.format(select, "30d"))
        spent, _, memory = chat.run("policy", "diff", allowed=(0, 1))
        chat.line(f"policy diff, {what}", spent, "", memory=memory)
    settings.write_text(policy.format("", "5y"))
    for words, what in (([], "as stored"), (["--open"], "opened")):
        spent, _, memory = chat.run(
            "export", "--book", "chat", *words, "--proofs", "1000",
            f"{chat.work}/export{len(words)}", allowed=(0, 1))
        chat.line(f"export of everything, {what}, 1,000 proofs", spent, "", memory=memory)
    spent, _, memory = chat.run(
        "export", "--book", "chat", "--open", "--proofs", "1000", f"sender:{OTHER}",
        f"{chat.work}/export-one", allowed=(0, 1))
    chat.line(f"export of sender:{OTHER}, opened, 1,000 proofs", spent, "", memory=memory)


def erase(chat):
    planned, _, memory = chat.run("erase", PERSON, allowed=(0, 1))
    chat.line(f"plan of erase {PERSON}", planned, "plan", memory=memory)
    spent, text, memory = chat.run("erase", PERSON, "--apply", "--json", allowed=(0, 1))
    chat.line(f"erase {PERSON} --apply", spent, "erase", memory=memory)
    try:
        report = json.loads(text)
    except ValueError:
        return
    print("  " + ", ".join(f"{key} {value}" for key, value in report.items()
                           if isinstance(value, (int, str)) and len(str(value)) < 40), flush=True)


def rewrap(chat):
    _, text, _ = chat.run("keys", "status", "--json")
    status = json.loads(text)
    groups = status["groups"] + status["survivors"]
    # What a command takes that only opens the vault and reads the keys.
    start = min(chat.run("keys", "status")[0] for _ in range(3))
    spent, memory = min((spent, memory) for spent, _, memory in
                        (chat.run("keys", "rotate") for _ in range(3)))
    chat.line(f"keys rotate, {groups} keys", spent, "rewrap",
              f" ({groups / spent:,.0f} keys/s with the command's start, "
              f"{groups / max(spent - start, 0.001):,.0f} without: {start * 1000:.0f} ms)", memory)


def main(bin_, work, count):
    messages = f"{work}/messages.jsonl"
    subprocess.run([f"{bin_}/daybook-bench", "chat", str(count), messages, "90"], check=True)
    size = os.path.getsize(messages)
    print(f"== chat: {count:,} messages of 200 people over 90 days, {size / 1e6:.0f} MB", flush=True)
    chat = Chat(bin_, work)
    fields = "id=id,time=ts,sender=from,conversation=room,text=body"
    command = ["import", "chat", messages, "--format", "jsonl", "--map", fields, "--platform", "desk"]
    spent, _, memory = chat.run(*command)
    chat.line("import", spent, "import", f" ({count / spent:,.0f} messages/s)", memory)
    spent, _, memory = chat.run(*command)
    chat.line("the same file again", spent, "import", f" ({count / spent:,.0f} messages/s)", memory)
    chat.run("rotate", "--book", "chat")
    chat.run("seal", "--book", "chat")
    sizes(chat, count)
    for words in (["zeppelin"], ["text:zeppelin and conversation:room-07"],
                  ["zeppelin | stats count() by sender"]):
        spent, text, memory = chat.run("search", "--books", "chat", *words, allowed=(0, 1))
        chat.line(f"search {words[0]}", spent, "search", f" ({len(text.splitlines()):,} rows)", memory)
    plans(chat, count)
    answers(chat)
    erase(chat)
    rewrap(chat)
    spent, text, memory = chat.run("search", "--books", "chat", f"sender:{PERSON}", allowed=(0, 1))
    chat.line("search for the one erased", spent, "search", f" ({len(text.splitlines())} rows)", memory)
    spent, text, memory = chat.run("verify", "--book", "chat")
    print(f"verify: {spent:.2f} s, {count / spent:,.0f} records/s, {memory:.0f} MB")
    print(f"most memory of any command: {chat.peak:.0f} MB (goal {GOALS['memory']})")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
