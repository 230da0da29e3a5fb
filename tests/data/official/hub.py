"""A loopback server that speaks the few endpoints of the Hugging Face Hub that a download needs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

SHA = "0123456789abcdef0123456789abcdef01234567"
DATASET = "thu-ml/MultiTrust"


@dataclass
class Hub:
    """One data set and how its server behaves."""

    files: Mapping[str, bytes]
    token: str = ""
    """What must come as a token, if anything."""
    accepted: bool = True
    """Whether the terms of the gated data set are accepted by the token's account."""
    revisions: tuple[str, ...] = ("main", SHA)
    broken: str = ""
    """A file whose request fails."""
    served: list[str] = field(default_factory=list)
    """The files that were sent."""

    def refusal(self, path: str, authorization: str) -> tuple[int, str] | None:
        """Status and error code if the request is refused."""
        parts = path.split("/")
        if f"datasets/{DATASET}" not in path:
            return 404, "RepoNotFound"
        if "revision" in parts and parts[parts.index("revision") + 1] not in self.revisions:
            return 404, "RevisionNotFound"
        if self.token and authorization and authorization != f"Bearer {self.token}":
            return 401, "Invalid"
        if "resolve" in parts and self.token and not authorization:
            return 401, "GatedRepo"
        if "resolve" in parts and not self.accepted:
            return 403, "GatedRepo"
        if self.broken and path.endswith(self.broken):
            return 403, ""
        return None


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    """The address of a server of the data set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(hub))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    """The requests of that data set."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.respond(body=False)

        def do_GET(self) -> None:
            self.respond(body=True)

        def respond(self, *, body: bool) -> None:
            path = unquote(urlsplit(self.path).path).strip("/")
            refused = hub.refusal(path, self.headers.get("Authorization", ""))
            if refused:
                status, code = refused
                named = "X-Error-Message" if code == "Invalid" else "X-Error-Code"
                told = "Invalid credentials in Authorization header" if code == "Invalid" else code
                self.send(status, b"{}", {named: told} if told else {}, body=body)
            elif f"/resolve/{SHA}/" in path:
                name = path.partition(f"/resolve/{SHA}/")[2]
                if body:
                    hub.served.append(name)
                content = hub.files[name]
                etag = f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
                self.send(200, content, {"ETag": etag, "X-Repo-Commit": SHA}, body=body)
            elif f"/tree/{SHA}" in path:
                self.send(200, json.dumps(listing(hub)).encode(), {}, body=body)
            else:
                facts = {"id": DATASET, "sha": SHA, "private": False, "tags": [], "siblings": []}
                self.send(200, json.dumps(facts).encode(), {}, body=body)

        def send(
            self, status: int, content: bytes, headers: Mapping[str, str], *, body: bool
        ) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def listing(hub: Hub) -> list[dict[str, object]]:
    """The files as the hub lists them."""
    return [
        {
            "type": "file",
            "path": name,
            "size": len(content),
            "oid": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        }
        for name, content in hub.files.items()
    ]
