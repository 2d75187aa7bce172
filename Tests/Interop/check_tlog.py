#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check a published log with programs that are not ours: pymerkle and cryptography, from PyPI.

    check_tlog.py DIRECTORY VKEY [PROOF.tlog-proof ...]    check this log; VKEY is a text or a file
    check_tlog.py                                          check the log in Tests/Fixtures/tlog, and
                                                           that changed copies of it are refused;
                                                           with DAYBOOK_BINARY set, also a book that
                                                           this binary records and publishes

The directory is laid out as C2SP tlog-tiles says: checkpoint, tile/<L>/<N>[.p/<W>] and
tile/entries/<N>[.p/<W>]. The tree is built anew from the entries; then the root, every tile, the
signature, the given proofs and random inclusion and consistency proofs must agree with it. No code
of Daybook checks anything here. Ends with 0 if all agrees, with 1 and a reason if not.
"""

import base64
import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InmemoryTree, InvalidProof, verify_consistency, verify_inclusion

WIDTH = 256
FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "tlog"


class Refused(Exception):
    """The log is not what it claims to be."""


def need(condition, reason):
    if not condition:
        raise Refused(reason)


def decode(text):
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"not base64: {text!r}") from error
    need(base64.b64encode(value).decode() == text, f"not canonical base64: {text!r}")
    return value


def key_from(vkey):
    name, identifier, key = vkey.removesuffix("\n").split("+", 2)
    key = decode(key)
    need(len(key) == 33 and key[0] == 1, "the key is not Ed25519")
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    need(expected.hex() == identifier, "the key's identifier is wrong")
    return name, expected, Ed25519PublicKey.from_public_bytes(key[1:])


def open_checkpoint(note, vkey):
    """Origin, size and root of a signed checkpoint."""
    name, identifier, key = key_from(vkey)
    text, _, signatures = note.decode("utf-8").rpartition("\n\n")
    text += "\n"
    good = 0
    need(signatures.endswith("\n"), "the note is cut off")
    for line in signatures[:-1].split("\n"):
        dash, signer, value = line.split(" ")
        need(dash == "\u2014", "a signature line without a dash")
        value = decode(value)
        if signer != name or value[:4] != identifier:
            continue
        try:
            key.verify(value[4:], text.encode())
        except InvalidSignature as error:
            raise Refused("the checkpoint's signature is wrong") from error
        good += 1
    need(good > 0, "the log's key did not sign the checkpoint")
    origin, size, root = text.split("\n")[:3]
    need(origin == name, "the origin is not the key's name")
    need(size == str(int(size)), "the size is not plain decimal")
    return int(size), decode(root)


def path_of(index, width):
    groups = []
    while True:
        index, group = divmod(index, 1000)
        groups.insert(0, f"{group:03}" if not groups else f"x{group:03}")
        if index == 0:
            break
    return "/".join(groups) + ("" if width == WIDTH else f".p/{width}")


def tiles_of(size, level):
    """Index and width of every tile of a level in a tree of this size."""
    count = size >> (8 * level)
    for index in range((count + WIDTH - 1) // WIDTH):
        yield index, min(WIDTH, count - index * WIDTH)


def read(directory, path):
    file = directory / path
    need(file.is_file(), f"{path} is missing")
    return file.read_bytes()


def read_entries(directory, size):
    entries = []
    for index, width in tiles_of(size, 0):
        path = "tile/entries/" + path_of(index, width)
        bundle, start, before = read(directory, path), 0, len(entries)
        while start < len(bundle):
            count = int.from_bytes(bundle[start:start + 2], "big")
            entry = bundle[start + 2:start + 2 + count]
            need(len(bundle) - start >= 2 and len(entry) == count, f"{path} is cut off")
            entries.append(entry)
            start += 2 + count
        need(len(entries) - before == width, f"{path} has {len(entries) - before} entries")
    return entries


def root_of(tree, size=None):
    """pymerkle 7 calls it get_root, pymerkle 6 get_state."""
    ask = getattr(tree, "get_root", None) or tree.get_state
    return ask() if size is None else ask(size)


def tree_of(entries):
    return InmemoryTree.init_from_entries(entries, algorithm="sha256")


def check_tiles(directory, entries, tree):
    expected = {}
    level, span = 0, 1
    while len(entries) >= span:
        for index, width in tiles_of(len(entries), level):
            path = f"tile/{level}/{path_of(index, width)}"
            data = read(directory, path)
            need(len(data) == 32 * width, f"{path} has {len(data)} bytes")
            for place in range(width):
                number = index * WIDTH + place
                if level == 0:
                    wanted = tree.get_leaf(number + 1)
                else:
                    wanted = root_of(tree_of(entries[number * span:(number + 1) * span]))
                need(data[place * 32:place * 32 + 32] == wanted, f"{path}: hash {place} is wrong")
            expected[path] = width
        level, span = level + 1, span * WIDTH
    return len(expected)


def check_proof(proof, entries, tree, vkey):
    head, _, note = proof.decode("utf-8").partition("\n\n")
    lines = head.split("\n")
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "the proof file has another header")
    if lines[0].startswith("extra "):
        decode(lines.pop(0)[6:])
    need(lines[0].startswith("index "), "the proof file has no index")
    index = int(lines.pop(0)[6:])
    size, root = open_checkpoint(note.encode(), vkey)
    need(index < size <= len(entries), "the proof's index is not in the tree")
    need(root == root_of(tree, size), "the proof's checkpoint has another root")
    theirs = tree.prove_inclusion(index + 1, size)
    need([decode(line) for line in lines] == theirs.path[1:], "the proof has other hashes")
    verify_inclusion(hashlib.sha256(b"\0" + entries[index]).digest(), root, theirs)


def check(directory, vkey, proofs=(), samples=50):
    size, root = open_checkpoint(read(directory, "checkpoint"), vkey)
    entries = read_entries(directory, size)
    if size == 0:
        need(root == hashlib.sha256(b"").digest(), "the root of the empty tree is wrong")
        return "empty"
    tree = tree_of(entries)
    need(root_of(tree) == root, "the entries give another root than the checkpoint")
    tiles = check_tiles(directory, entries, tree)
    for proof in proofs:
        check_proof(proof, entries, tree, vkey)
    for _ in range(samples):
        index = random.randrange(size)
        leaf = hashlib.sha256(b"\0" + entries[index]).digest()
        verify_inclusion(leaf, root, tree.prove_inclusion(index + 1, size))
        old = random.randrange(size) + 1
        verify_consistency(root_of(tree, old), root, tree.prove_consistency(old, size))
    return f"{size} entries, {tiles} tiles, {len(proofs)} proof files, {samples} random proofs"


def refused(directory, vkey, proofs):
    try:
        check(directory, vkey, proofs, samples=1)
    except (Refused, InvalidProof, ValueError, UnicodeDecodeError):
        return True
    return False


def check_fixture():
    """The kept log must pass, and no copy of it with one changed byte in any file may."""
    vkey = (FIXTURE / "vkey").read_text()
    proofs = [file.read_bytes() for file in sorted(FIXTURE.glob("proofs/*.tlog-proof"))]
    need(len(proofs) > 0, "the kept log has no proofs")
    print("fixture:", check(FIXTURE, vkey, proofs))
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary) / "tlog"
        shutil.copytree(FIXTURE, copy)
        files = sorted(file for file in copy.rglob("*") if file.is_file())
        for file in files:
            data = file.read_bytes()
            place = random.randrange(len(data))
            changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]
            file.write_bytes(changed)
            key = (copy / "vkey").read_text(errors="replace")
            those = [one.read_bytes() for one in sorted(copy.glob("proofs/*.tlog-proof"))]
            name = file.relative_to(copy)
            need(refused(copy, key, those), f"{name} with byte {place} changed was accepted")
            file.write_bytes(data)
    print(f"fixture: {len(files)} changed copies refused")


def check_binary(binary):
    """A book as users make it: record, publish, record more, publish again over it, prove."""
    with tempfile.TemporaryDirectory() as temporary:
        home = pathlib.Path(temporary)
        environment = {**os.environ, "DAYBOOK_DIR": str(home / "logs"), "DAYBOOK_KEYS": str(home / "keys")}

        def daybook(*arguments, lines=""):
            done = subprocess.run(
                [binary, *arguments], input=lines, env=environment, cwd=home, capture_output=True, text=True)
            need(done.returncode == 0, f"daybook {arguments[0]} ended with {done.returncode}: {done.stderr}")
            return done.stdout

        for first, last in [(0, 100), (100, 700)]:
            daybook("record", lines="".join(
                f'{{"event":"order_filled","order_id":"{n}"}}\n' for n in range(first, last)))
            daybook("publish", "--to", str(home / "public"))
            indexes = [0, last // 2, last - 1]
            for index in indexes:
                daybook("prove", str(index), "--output", str(home / f"{index}.tlog-proof"))
            proofs = [(home / f"{index}.tlog-proof").read_bytes() for index in indexes]
            print("book:", check(home / "public", daybook("key"), proofs))


def main(arguments):
    try:
        if not arguments:
            check_fixture()
            if "DAYBOOK_BINARY" in os.environ:
                check_binary(os.path.abspath(os.environ["DAYBOOK_BINARY"]))
            return 0
        if len(arguments) < 2:
            print(__doc__, file=sys.stderr)
            return 2
        vkey = pathlib.Path(arguments[1])
        vkey = vkey.read_text() if vkey.is_file() else arguments[1]
        proofs = [pathlib.Path(name).read_bytes() for name in arguments[2:]]
        print("check_tlog:", check(pathlib.Path(arguments[0]), vkey, proofs))
        return 0
    except (Refused, InvalidProof) as error:
        print("check_tlog: NO:", error or type(error).__name__)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
