"""A hub of our own (W3C WebSub): takes subscriptions, asks whether they are meant, sends content.

It can also be as bad as hubs are: deny, stay silent, grant odd leases, redirect, sign wrongly.
"""

from __future__ import annotations

import asyncio
import hmac
import io
import secrets
import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web


class Hub:
    """A hub at `url`; `requests` are the forms it got, `subscriptions` what was confirmed.

    `behaviour` is ``verify`` (as it should be), ``deny``, ``ignore`` (202 and nothing more),
    ``refuse`` (400), ``busy`` (503), ``hang``, or ``redirect-307`` and so on, to `elsewhere`.
    `lease` is what it grants, whatever it is asked for; ``asked`` is just that.
    """

    def __init__(self) -> None:
        self.url = ""
        self.behaviour = "verify"
        self.lease: str | None = "asked"
        self.elsewhere = ""
        self.requests: list[dict[str, str]] = []
        self.content_types: list[str] = []
        self.answers: list[tuple[int, str]] = []
        self.subscriptions: dict[tuple[str, str], dict[str, str]] = {}
        self._client = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._tasks: set[asyncio.Task[Any]] = set()
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def start(self, tls: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> None:
        """Listen, with a certificate for `name` or without one."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls).start()
        port = self._runner.addresses[0][1]
        self.url = f"{'https' if tls else 'http'}://{name}:{port}/hub"

    async def stop(self) -> None:
        """Listen no more, and end all that is under way."""
        for task in self._tasks:
            task.cancel()
        await self._client.close()
        await self._runner.cleanup()

    async def settle(self) -> None:
        """Return when every question to a subscriber has been answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def ask(self, callback: str, **query: str) -> tuple[int, str]:
        """What a callback answers to a question; names are those of ``hub.`` without it."""
        named = {f"hub.{name}": value for name, value in query.items()}
        async with self._client.get(callback, params=named, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def distribute(
        self,
        topic: str,
        body: bytes,
        *,
        algorithm: str = "sha256",
        headers: Mapping[str, str] | None = None,
    ) -> list[int]:
        """Send `body` to all who are subscribed to `topic`, and say what they answered.

        Signed with `algorithm`; `headers` take the place of what would be sent, "" leaves one out.
        """
        statuses = []
        for (one, callback), form in list(self.subscriptions.items()):
            if one == topic:
                sent = {"Content-Type": "application/atom+xml", "Link": self._links(topic)}
                if secret := form.get("hub.secret"):
                    digest = hmac.new(secret.encode(), body, algorithm).hexdigest()
                    sent["X-Hub-Signature"] = f"{algorithm}={digest}"
                sent.update(headers or {})
                statuses.append(await self.post(callback, body, sent))
        return statuses

    async def post(self, callback: str, body: Any, headers: Mapping[str, str]) -> int:
        """The status with which a callback answers `body`."""
        kept = {name: value for name, value in headers.items() if value}
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        skipped = ["Content-Type"] if "Content-Type" not in kept else []
        async with self._client.post(
            callback, data=data, headers=kept, skip_auto_headers=skipped, allow_redirects=False
        ) as answer:
            await answer.read()
            return answer.status

    def _links(self, topic: str) -> str:
        return f'<{self.url}>; rel="hub", <{topic}>; rel="self"'

    async def _take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        self.content_types.append(request.content_type)
        if self.behaviour.startswith("redirect-"):
            status = int(self.behaviour.removeprefix("redirect-"))
            return web.Response(status=status, headers={"Location": self.elsewhere})
        if self.behaviour == "hang":
            await asyncio.sleep(60)
        if self.behaviour in {"refuse", "busy"}:
            return web.Response(status={"refuse": 400, "busy": 503}[self.behaviour], text="no")
        if self.behaviour != "ignore":
            task = asyncio.create_task(self._deny(form) if self._denies else self._verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=202)

    @property
    def _denies(self) -> bool:
        return self.behaviour == "deny"

    async def _deny(self, form: dict[str, str]) -> None:
        told = await self.ask(
            form["hub.callback"], mode="denied", topic=form["hub.topic"], reason="not for you"
        )
        self.answers.append(told)

    async def _verify(self, form: dict[str, str]) -> None:
        mode, topic, callback = (form[f"hub.{name}"] for name in ("mode", "topic", "callback"))
        challenge = secrets.token_hex(8)
        query = {"mode": mode, "topic": topic, "challenge": challenge}
        lease = form.get("hub.lease_seconds") if self.lease == "asked" else self.lease
        if lease is not None:
            query["lease_seconds"] = lease
        answer = await self.ask(callback, **query)
        self.answers.append(answer)
        if answer != (200, challenge):
            return
        if mode == "subscribe":
            self.subscriptions[topic, callback] = form
        else:
            self.subscriptions.pop((topic, callback), None)
