"""A registry and a chart repository on this machine, which answer as a test tells them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "anonymous-token"


@dataclass
class Registry:
    """``answers`` by path: status, headers and body. Paths under ``/v2/`` want the token if ``private`` is set."""

    address: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    login: str | None = None
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    def manifest(self, repository: str, tag: str, *, content: str = "one", **headers: str) -> str:
        """Serve a manifest and return its digest."""
        body = json.dumps({"schemaVersion": 2, "annotations": {"content": content}}).encode()
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        stated = {"Docker-Content-Digest": digest, **headers}
        self.answers[f"/v2/{repository}/manifests/{tag}"] = (200, stated, body)
        return digest

    def page(self, path: str, body: str, status: int = 200) -> None:
        self.answers[path] = (status, {}, body.encode())

    def want_token(self) -> None:
        self.login = f'Bearer realm="http://{self.address}/token",service="here",scope="repository:x:pull"'
        self.page("/token?service=here&scope=repository%3Ax%3Apull", json.dumps({"token": TOKEN}))


@contextmanager
def serving() -> Iterator[Registry]:
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            authorization = self.headers.get("Authorization")
            registry.requests.append((self.path, authorization))
            status, headers, body = registry.answers.get(self.path, (404, {}, b"{}"))
            if registry.login and self.path.startswith("/v2/") and authorization != f"Bearer {TOKEN}":
                status, headers, body = 401, {"WWW-Authenticate": registry.login}, b"{}"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    registry.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
