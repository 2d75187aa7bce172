#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Unmodified shippers of Debian send to the built daemon: rsyslog with omelasticsearch, syslog-ng with its
Elasticsearch destination, and syslog-ng pushing to Loki's place. Every line arrives once, masked, in order;
what they could not send while the daemon was away they send when it is back.

The packages are taken apart under .build/shippers, nothing is installed. Where apt cannot be asked, the
script says so and checks nothing.
"""

import os
import pathlib
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from ingest import ROOT, SECRET, Daemon  # noqa: E402

PLACE = ROOT / ".build/shippers"
PACKAGES = [
    "rsyslog", "rsyslog-elasticsearch", "libestr0", "libfastjson4", "liblognorm5",
    "syslog-ng-core", "syslog-ng-mod-http", "syslog-ng-scl", "libivykis0", "libnet1", "libwrap0",
    "libjson-c5", "libpcre3",
]
EACH = 60
LIBRARIES = f"usr/lib/{platform.machine()}-linux-gnu"


def fetch() -> bool:
    """Takes the packages apart; false where that cannot be."""
    if (PLACE / "done").exists():
        return True
    if shutil.which("apt-get") is None:
        return False
    PLACE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["apt-get", "download", *PACKAGES], cwd=PLACE, capture_output=True, timeout=300)
    if done.returncode != 0:
        return False
    for package in PLACE.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, PLACE / "root"], check=True)
    (PLACE / "done").touch()
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Shipper:
    """One of them as a process of its own, listening at a port of this machine."""

    def __init__(self, directory: pathlib.Path, words: list) -> None:
        root = PLACE / "root"
        paths = [root / LIBRARIES, root / "lib" / LIBRARIES.split("/")[-1], root / "usr/lib/syslog-ng"]
        environment = dict(os.environ, LD_LIBRARY_PATH=":".join(map(str, paths)))
        self.log = (directory / "log").open("wb")
        self.process = subprocess.Popen(
            words, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.directory = directory

    def send(self, port: int, way: str, numbers: range) -> None:
        until = time.monotonic() + 20
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=5)
                break
            except OSError:
                said = (self.directory / "log").read_text()[-2000:]
                assert self.process.poll() is None and time.monotonic() < until, said
                time.sleep(0.1)
        with connection:
            for number in numbers:
                connection.sendall(
                    f"<14>Nov 21 10:00:00 desk bot: {way} line {number} password={SECRET}\n".encode())

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def rsyslog(daemon: Daemon, directory: pathlib.Path, port: int) -> Shipper:
    settings = directory / "rsyslog.conf"
    settings.write_text(f"""
global(workDirectory="{directory}")
module(load="imptcp")
module(load="omelasticsearch")
input(type="imptcp" port="{port}" address="127.0.0.1")
template(name="document" type="list" option.jsonf="on") {{
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}}
action(type="omelasticsearch" server="127.0.0.1" serverport="{daemon.port}"
  uid="bot" pwd="{daemon.token}" searchIndex="syslog" searchType="" bulkmode="on"
  template="document" errorFile="{directory}/errors" action.resumeRetryCount="-1"
  action.resumeInterval="1" queue.type="linkedList" queue.dequeueBatchSize="16")
""")
    binary = PLACE / "root/usr/sbin/rsyslogd"
    return Shipper(directory, [
        binary, "-n", "-f", settings, "-i", directory / "pid",
        "-M", PLACE / "root" / LIBRARIES / "rsyslog"])


def syslog_ng(daemon: Daemon, directory: pathlib.Path, port: int, is_loki: bool) -> Shipper:
    if is_loki:
        destination = f"""http(url("{daemon.base}/loki/api/v1/push") method("POST")
            headers("Content-Type: application/json") user("bot") password("{daemon.token}")
            batch-lines(16) batch-timeout(300) workers(1) time-reopen(1)
            body-prefix('{{"streams":[{{"stream":{{"host":"desk"}},"values":[')
            body('["${{S_UNIXTIME}}000000000","${{MESSAGE}}"]') delimiter(",") body-suffix("]}}]}}"))"""
    else:
        destination = f"""elasticsearch-http(url("{daemon.base}/_bulk") index("syslog") type("")
            user("bot") password("{daemon.token}") batch-lines(16) batch-timeout(300) workers(1)
            time-reopen(1))"""
    settings = directory / "syslog-ng.conf"
    settings.write_text(f"""@version: 3.38
@include "{PLACE}/root/usr/share/syslog-ng/include/scl/elasticsearch/*.conf"
options {{ keep-hostname(yes); use-dns(no); stats-freq(0); }};
source bot {{ network(ip("127.0.0.1") port({port}) transport("tcp")); }};
destination daybook {{ {destination}; }};
log {{ source(bot); destination(daybook); }};
""")
    return Shipper(directory, [
        PLACE / "root/usr/sbin/syslog-ng", "--foreground", "--no-caps", "-f", settings,
        "-p", directory / "pid", "-R", directory / "persist", "-c", directory / "control",
        "--module-path", PLACE / "root/usr/lib/syslog-ng/3.38"])


def texts(daemon: Daemon, way: str) -> list:
    found = []
    for record in daemon.lines("audit") + daemon.lines("chat"):
        text = " ".join(str(value) for value in record.values())
        if f"{way} line " in text:
            assert SECRET not in text, f"{way}: the secret is not masked"
            found.append(int(text.split(f"{way} line ")[1].split()[0]))
    return found


def check(daemon: Daemon, way: str, directory: pathlib.Path, make) -> None:
    port = free_port()
    shipper = make(port)
    try:
        shipper.send(port, way, range(EACH))
        wait(daemon, way, EACH, shipper)
        # The daemon goes away and comes back; they keep what they have.
        daemon.stop(signal.SIGTERM)
        shipper.send(port, way, range(EACH, 2 * EACH))
        time.sleep(1)
        daemon.start()
        found = wait(daemon, way, 2 * EACH, shipper)
        assert sorted(set(found)) == list(range(2 * EACH)), f"{way}: {found}"
        assert found[:EACH] == list(range(EACH)), f"{way}: the order is lost"
        again = len(found) - len(set(found))
        print(f"{way}: {2 * EACH} lines, each there, masked; {again} sent again after the daemon's end")
    finally:
        shipper.stop()


def wait(daemon: Daemon, way: str, count: int, shipper: Shipper) -> list:
    until = time.monotonic() + 60
    while True:
        found = texts(daemon, way)
        if len(set(found)) >= count:
            return found
        said = (shipper.directory / "log").read_text()[-2000:]
        assert time.monotonic() < until, f"{way}: {len(set(found))} of {count} arrived: {said}"
        time.sleep(0.5)


def main() -> None:
    if not fetch():
        print("no shippers of Debian can be had here; nothing was checked")
        return
    with tempfile.TemporaryDirectory() as place:
        base = pathlib.Path(place)
        (base / "desk").mkdir()
        daemon = Daemon(base / "desk")
        daemon.start()
        try:
            for way, make in [
                ("rsyslog", lambda here, port: rsyslog(daemon, here, port)),
                ("syslog-ng", lambda here, port: syslog_ng(daemon, here, port, False)),
                ("loki", lambda here, port: syslog_ng(daemon, here, port, True)),
            ]:
                here = base / way
                here.mkdir()
                check(daemon, way, here, lambda port, here=here, make=make: make(here, port))
        finally:
            if daemon.process is not None:
                daemon.stop(signal.SIGTERM)


if __name__ == "__main__":
    main()
