#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Open a vault with nothing but docs/format/envelope.md, docs/format/keys.md and `cryptography`.

1. docs/format/vectors/envelope.json holds for this second implementation.
2. What the built binary sealed is opened from the database and the key files, and its commitments
   are those of the lines.

`check_envelopes.py --write` makes the vectors anew.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("DAYBOOK_BINARY") or str(ROOT / ".build/debug/daybook")
VECTORS = ROOT / "docs/format/vectors/envelope.json"


def extract(salt: bytes, key: bytes) -> bytes:
    return hmac.digest(salt, key, "sha256")


def expand(key: bytes, info: bytes, count: int) -> bytes:
    out, block = b"", b""
    while len(out) < count:
        block = hmac.digest(key, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:count]


def pad(plaintext: bytes) -> bytes:
    size = 64
    while size < len(plaintext) + 4:
        size *= 2
    return struct.pack("<I", len(plaintext)) + plaintext + bytes(size - 4 - len(plaintext))


def unpad(padded: bytes) -> bytes:
    (count,) = struct.unpack("<I", padded[:4])
    assert not any(padded[4 + count :]), "padding is zeros"
    return padded[4 : 4 + count]


def envelope_keys(prk: bytes) -> tuple[bytes, bytes]:
    okm = expand(prk, b"daybook/envelope/v1", 64)
    return okm[:32], okm[32:]


def seal(group: bytes, r: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
    encryption, commitment = envelope_keys(extract(r, group))
    padded = pad(plaintext)
    c = hmac.digest(commitment, padded, "sha256")
    return c, AESGCM(encryption).encrypt(bytes(12), padded, r + c)


def open_envelope(prk: bytes, r: bytes, c: bytes, ciphertext: bytes) -> bytes:
    encryption, commitment = envelope_keys(prk)
    padded = AESGCM(encryption).decrypt(bytes(12), ciphertext, r + c)
    assert hmac.digest(commitment, padded, "sha256") == c, "the commitment"
    return unpad(padded)


# Key files


def file_key(kek: bytes, vault: bytes, epoch: int) -> bytes:
    info = b"daybook/keys/v1" + vault + struct.pack("<Q", epoch)
    return expand(extract(bytes(32), kek), info, 32)


def frame(key: bytes, vault: bytes, epoch: int, number: int, entries: bytes, random: bytes) -> bytes:
    bound = vault + struct.pack("<QQ", epoch, number)
    sealed = AESGCM(key).encrypt(random + struct.pack(">Q", number), entries, bound)
    head = struct.pack("<I", len(sealed)) + random
    return head + struct.pack("<I", zlib.crc32(head)) + sealed


def frames(data: bytes, key: bytes, vault: bytes, epoch: int):
    assert data[:16] == b"daybook-keys-v1\n"
    place, number = 16, 0
    while place < len(data):
        head = data[place : place + 8]
        (length,) = struct.unpack("<I", head[:4])
        assert struct.unpack("<I", data[place + 8 : place + 12])[0] == zlib.crc32(head)
        sealed = data[place + 12 : place + 12 + length]
        bound = vault + struct.pack("<QQ", epoch, number)
        yield AESGCM(key).decrypt(head[4:] + struct.pack(">Q", number), sealed, bound)
        place, number = place + 12 + length, number + 1


def entries(data: bytes):
    at = 0

    def take(count):
        nonlocal at
        assert at + count <= len(data)
        at += count
        return data[at - count : at]

    def text():
        return take(struct.unpack("<H", take(2))[0]).decode()

    while at < len(data):
        kind = take(1)[0]
        if kind == 1:
            yield "house", take(32)
        elif kind == 2:
            yield "group", struct.unpack("<QQiI", take(24)), take(32), take(32)
        elif kind == 3:
            head = struct.unpack("<QQiI", take(24))
            (count,) = struct.unpack("<I", take(4))
            yield "survivors", head, {take(16): take(32) for _ in range(count)}
        elif kind == 4:
            person = struct.unpack("<Q", take(8))[0]
            yield "person", person, [text() for _ in range(take(1)[0])]
        elif kind == 5:
            person = struct.unpack("<Q", take(8))[0]
            yield "account", person, text(), text()
        elif kind == 6:
            yield "merge", struct.unpack("<QQ", take(16))
        elif kind in (7, 8):
            yield "tombstone", kind, take(16), struct.unpack("<q", take(8))[0]
        else:
            raise AssertionError(f"entry of kind {kind}")


# The two checks


def make_vectors() -> dict:
    def fixed(name: str, count: int = 32) -> bytes:
        return hashlib.sha256(f"daybook vector {name}".encode()).digest()[:count]

    envelopes = []
    for number, text in enumerate(["{}", '{"sender":"alice","text":"hello"}', '{"text":"%s"}' % ("é" * 700)]):
        group, r = fixed(f"group {number}"), fixed(f"r {number}")
        c, ciphertext = seal(group, r, text.encode())
        envelopes.append(
            {
                "group_key": group.hex(), "r": r.hex(), "plaintext": text,
                "prk": extract(r, group).hex(), "commitment": c.hex(),
                "sealed": "v1." + base64.urlsafe_b64encode(c).decode().rstrip("="),
                "ciphertext": ciphertext.hex(),
            }
        )
    vault, kek, epoch = fixed("vault", 16), fixed("kek"), 3
    key = file_key(kek, vault, epoch)
    first = b"\x01" + fixed("tags")
    group = struct.pack("<QQiI", 77, 5, 20412, 2) + fixed("group 1") + fixed("dedupe")
    name = struct.pack("<H", 5) + b"alice"
    second = (
        b"\x02" + group
        + b"\x04" + struct.pack("<Q", 5) + b"\x01" + name
        + b"\x05" + struct.pack("<Q", 5) + struct.pack("<H", 3) + b"irc" + name
    )
    data = b"daybook-keys-v1\n"
    for number, content in enumerate([first, second]):
        data += frame(key, vault, epoch, number, content, fixed(f"nonce {number}", 4))
    return {
        "envelopes": envelopes,
        "key_file": {
            "vault": vault.hex(), "epoch": epoch, "kek": kek.hex(), "file": data.hex(),
            "group": 77, "person": 5, "day": 20412, "generation": 2, "group_key": fixed("group 1").hex(),
            "account": "irc:alice",
        },
    }


def check_vectors() -> None:
    vectors = json.loads(VECTORS.read_text())
    assert vectors == make_vectors(), f"{VECTORS} is not what this program makes"
    for vector in vectors["envelopes"]:
        plaintext = open_envelope(
            bytes.fromhex(vector["prk"]), bytes.fromhex(vector["r"]),
            bytes.fromhex(vector["commitment"]), bytes.fromhex(vector["ciphertext"]),
        )
        assert plaintext.decode() == vector["plaintext"]
    print(f"vectors: {len(vectors['envelopes'])} envelopes and a key file")


def check_binary() -> None:
    with tempfile.TemporaryDirectory() as directory:
        logs, keys = directory + "/logs", directory + "/keys"
        script = "for i in 1 2 3 4 5; do echo plain words number $i; done"
        subprocess.run(
            [BINARY, "run", "--dir", logs, "--keys", keys, "--", "sh", "-c", script],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        lines = [json.loads(line) for line in open(logs + "/chat.log")]
        wanted = [line["sealed"] for line in lines if "sealed" in line]
        assert len(wanted) >= 5, "sealed lines"
        database = sqlite3.connect(logs + "/vault/envelopes.sqlite")
        vault, version = database.execute("SELECT vault, version FROM meta").fetchone()
        assert version == 1
        home = f"{keys}/vault-{vault.hex()}"
        kek = open(home + "/kek.1", "rb").read()
        assert len(kek) == 32
        groups = {}
        for content in frames(open(home + "/keys.1", "rb").read(), file_key(kek, vault, 1), vault, 1):
            for entry in entries(content):
                if entry[0] == "group":
                    groups[entry[1][0]] = entry[2]
        rows = {}
        for c, group, r, ciphertext in database.execute(
            "SELECT commitment, grp, r, ciphertext FROM envelopes"
        ):
            text = open_envelope(extract(r, groups[group]), r, c, ciphertext)
            rows["v1." + base64.urlsafe_b64encode(c).decode().rstrip("=")] = json.loads(text)
        opened = [json.dumps(rows[sealed]) for sealed in wanted]
        for number in range(1, 6):
            assert any(f"plain words number {number}" in text for text in opened), opened
        print(f"binary: {len(rows)} envelopes of {len(groups)} groups opened, {len(wanted)} in lines")


if __name__ == "__main__":
    if "--write" in sys.argv:
        VECTORS.write_text(json.dumps(make_vectors(), indent=2, ensure_ascii=False) + "\n")
    check_vectors()
    if pathlib.Path(BINARY).exists():
        check_binary()
    else:
        print(f"binary: {BINARY} is not built; left out")
