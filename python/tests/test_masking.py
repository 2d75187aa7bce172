# SPDX-License-Identifier: Apache-2.0
"""The rules of masking: the answers that all implementations share, the samples, and what is Python's own."""

import datetime
import json
import pathlib
import unittest
from decimal import Decimal

import daybook
from daybook._masking import Masker
from daybook._names import RulesError, user_rules
from daybook._values import encode

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures"
VECTORS = json.loads((FIXTURES / "masking/vectors.json").read_text(encoding="utf-8"))
MASK = "***MASKED***"


def sample_literals():
    """For each sample: which literals must not survive."""
    by_file = {}
    for row in (FIXTURES / "samples/must_not_survive.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        kind, literal, files = row.split("\t")
        if kind != "personal":
            for file in files.split(","):
                by_file.setdefault(file, []).append(literal)
    return by_file


class SharedVectors(unittest.TestCase):
    def test_secrets_in_text_go_and_what_is_around_them_stays(self):
        for marked in VECTORS["secret_texts"]:
            parts = marked.split("§")
            expected = "".join(MASK if index % 2 else part for index, part in enumerate(parts))
            with self.subTest(expected):
                self.assertEqual(Masker().text("".join(parts)), expected)
                self.assertEqual(Masker().text(expected), expected, "the mask is a fixed point")

    def test_secrets_in_a_member_of_a_record_go(self):
        for marked in VECTORS["secret_texts"]:
            parts = marked.split("§")
            rest = "".join(parts[::2])
            message = Masker().record({"msg": "".join(parts)})["msg"]
            for secret in parts[1::2]:
                if len(secret) > 2 and secret not in rest:
                    self.assertNotIn(secret, message)

    def test_secrets_go_by_name_whatever_the_value(self):
        for line, expected in VECTORS["secret_members"]:
            with self.subTest(expected):
                self.assertEqual(encode(Masker().record(json.loads(line))).decode(), expected)

    def test_look_alikes_stay(self):
        for line in VECTORS["look_alike_members"]:
            with self.subTest(line):
                self.assertEqual(Masker().record(json.loads(line)), json.loads(line))
        for text in VECTORS["look_alike_texts"]:
            with self.subTest(text):
                self.assertEqual(Masker().text(text), text)


class Samples(unittest.TestCase):
    def test_no_secret_of_the_samples_survives(self):
        literals = sample_literals()
        self.assertGreaterEqual(len(literals), 25)
        for file, secrets in literals.items():
            text = (FIXTURES / "samples" / file).read_bytes().decode("utf-8", "replace")
            masker = Masker()
            lines = []
            for line in text.split("\n"):
                try:
                    record = json.loads(line)
                except ValueError:
                    record = line
                if not isinstance(record, dict):
                    record = {"event": "terminal_output", "text": line}
                lines.append(encode(masker.record(record)).decode())
                again = encode(masker.record(json.loads(lines[-1]))).decode()
                self.assertEqual(again, lines[-1], "masking a masked line changes nothing")
            ways = {
                "one text": Masker().text(text),
                "lines alone": "\n".join(Masker().text(line) for line in text.split("\n")),
                "records": "\n".join(lines),
                "nested": "\n".join(encode(Masker().record({"payload": json.dumps(line)})).decode()
                                    for line in text.split("\n")),
            }
            for way, result in ways.items():
                with self.subTest(file=file, way=way):
                    self.assertEqual([secret for secret in secrets if secret in result], [])

    def test_a_day_of_trading_records_loses_one_password_and_nothing_else(self):
        masker = Masker()
        text = (FIXTURES / "samples/rustybt/day_2026-11-20.rustybt.log.jsonl").read_text(encoding="utf-8")
        for line in text.splitlines():
            masker.record(json.loads(line))
        self.assertEqual(masker.counts, {"url-password": 1})


class PythonValues(unittest.TestCase):
    def test_the_processor_has_the_signature_of_the_guide(self):
        event = {"event": "broker_connected", "api_key": "secret123", "user": "john"}
        self.assertEqual(daybook.mask_sensitive_data(None, "info", event),
                         {"event": "broker_connected", "api_key": MASK, "user": "john"})

    def test_all_eight_names_of_the_guide_are_masked_whatever_the_value(self):
        names = ["api_key", "api_secret", "password", "token", "encryption_key", "secret", "credentials", "private_key"]
        for value in ("x", "", 5, None, 1.5, Decimal("2"), ["a"], {"b": 1}, ("c",), b"d", object()):
            masked = daybook.mask_sensitive_data(None, "info", {name: value for name in names})
            self.assertEqual(set(masked.values()), {MASK}, repr(value))

    def test_what_is_no_secret_keeps_value_and_type(self):
        event = {"price": Decimal("1.50"), "at": datetime.datetime(2026, 1, 2), "legs": ("a", 1), "n": 1.5, "x": None}
        masked = daybook.mask_sensitive_data(None, "info", event)
        self.assertEqual(masked, event)
        self.assertIs(type(masked["price"]), Decimal)
        self.assertIs(type(masked["legs"]), tuple)

    def test_objects_are_masked_by_their_text(self):
        class Config:
            def __repr__(self):
                return "Config(api_key='kJ8sLq2vXz91', retries=3)"

        masked = daybook.mask({"cfg": Config(), "raw": b"api_secret=abcDEF123"})
        self.assertEqual(masked["cfg"], f"Config(api_key='{MASK}', retries=3)")
        self.assertNotIn("abcDEF123", masked["raw"])

    def test_a_structure_that_holds_itself_ends(self):
        loop = {"event": "x"}
        loop["self"] = loop
        self.assertIn("event", Masker().record(loop))

    def test_a_value_that_was_masked_is_masked_where_nothing_announces_it(self):
        masker = Masker()
        masker.record({"api_key": "kJ8sLq2vXz91"})
        self.assertEqual(masker.record({"term": "kJ8sLq2vXz91", "id": "kJ8sLq2vXz92"}),
                         {"term": MASK, "id": "kJ8sLq2vXz92"})

    def test_a_private_key_that_comes_line_by_line_is_masked_to_its_end(self):
        masker = Masker()
        lines = ["-----BEGIN RSA PRIVATE KEY-----",
                 "MIIEowIBAAKCAQEAx4cXr8Ys7kXn3wZc1hCkzv8Sg9yPj5D3dT0mJp2QbE0a1b2c",
                 "order-00000001 filled", "aGVsbG8gd29ybGQ=", "-----END RSA PRIVATE KEY-----"]
        self.assertEqual([masker.text(line) for line in lines], [lines[0], MASK, lines[2], MASK, lines[4]])


class UserRules(unittest.TestCase):
    def test_names_patterns_and_exceptions(self):
        masker = Masker(user_rules(["desk_pin", "*_badge"], [r"B-\d{4}", r"seat (\w+)"],
                                   ["session_token", "token=internal", r"/tk-\d+/"]))
        self.assertEqual(
            masker.record({"deskPin": 1, "old_badge": "b", "badge_count": 3, "n": "B-1234 at seat A7, ü",
                           "session_token": "kJ8sLq2vXz91", "token": "internal"}),
            {"deskPin": MASK, "old_badge": MASK, "badge_count": 3, "n": f"{MASK} at seat {MASK}, ü",
             "session_token": "kJ8sLq2vXz91", "token": "internal"})
        self.assertEqual(masker.record({"token": "tk-77"}), {"token": "tk-77"})
        self.assertEqual(masker.record({"token": "other"}), {"token": MASK})

    def test_a_bad_rule_is_named_by_its_place_without_its_text(self):
        for names, patterns, exceptions, place in (
                ([], ["a", "(hunter2"], [], "patterns[1]"), ([], ["x*"], [], "patterns[0]"),
                (["a", "-*-"], [], [], "names[1]"), ([], [], ["/[/"], "exceptions[0]"), (["n" * 200], [], [], "names[0]")):
            with self.assertRaises(RulesError) as caught:
                user_rules(names, patterns, exceptions)
            self.assertIn(place, str(caught.exception))
            self.assertNotIn("hunter2", str(caught.exception))


class Cost(unittest.TestCase):
    def test_hostile_text_costs_its_length(self):
        import time
        masker = Masker()
        for piece in ("api_key=", "password: ", "['key', ", '{"a":', "\\\\\"", "-----BEGIN X-----", "eyJ.", "https://a:",
                      "secret ", "Bearer ", "AKIA", "554=|", "args=[", "((((", "value: \"", "name='token',"):
            began = time.process_time()
            masker.text(piece * (100_000 // len(piece)))
            self.assertLess(time.process_time() - began, 8, piece)


if __name__ == "__main__":
    unittest.main()
