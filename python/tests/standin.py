# SPDX-License-Identifier: Apache-2.0
"""A daemon's stand-in: POST /v1/records on a Unix socket, keys known again, trouble on demand."""

import http.server
import json
import os
import socketserver
import threading


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


class StandIn:
    """Listens at DIRECTORY/daybook.sock until `stop`."""

    def __init__(self, directory):
        self.path = os.path.join(str(directory), "daybook.sock")
        self.lines = []
        self.keys = {}
        self.requests = 0
        # Called with the number of the request and of its lines; answers (status, headers), or None for 200, or "hang up", or
        # "take and hang up".
        self.trouble = lambda number, lines: None
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def address_string(self):
                return "unix"

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                outer.answer(self)

        os.makedirs(str(directory), exist_ok=True)
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.server = _Server(self.path, Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        key = handler.headers["Idempotency-Key"]
        with self.lock:
            self.requests += 1
            trouble = self.trouble(self.requests, body.count(b"\n"))
            if trouble == "hang up":
                handler.close_connection = True
                return
            if trouble is None or trouble == "take and hang up":
                if key not in self.keys:
                    lines = [line for line in body.decode().split("\n") if line]
                    self.keys[key] = (len(self.lines), len(lines))
                    self.lines += lines
                if trouble is not None:
                    handler.close_connection = True
                    return
        status, headers = trouble or (200, {})
        answer = json.dumps({"first": self.keys.get(key, (0, 0))[0], "count": self.keys.get(key, (0, 0))[1]}).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)

    @property
    def records(self):
        with self.lock:
            return [json.loads(line) for line in self.lines]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        if os.path.exists(self.path):
            os.unlink(self.path)
