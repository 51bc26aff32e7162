"""Threads that ask a server without a pause while a test does something to it."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

import httpx

Sent = Mapping[str, Any]


class Clients:
    """Each sends all messages in turn, again and again; every answer that is not right is kept."""

    def __init__(
        self, url: str, messages: Sequence[Sent], headers: Mapping[str, str], count: int = 3
    ) -> None:
        self.wrong: list[str] = []
        self.answered = 0
        self._url = url
        self._messages = messages
        self._headers = dict(headers)
        self._is_over = threading.Event()
        self._has_answer = threading.Condition()
        self._threads = [threading.Thread(target=self._ask) for _ in range(count)]

    def is_right(self, message: Sent, text: str) -> bool:
        """Whether this is the answer that the message must have."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def answer_some(self, count: int = 20, seconds: float = 60) -> None:
        """Returns when so many were answered from now on: each client several times."""
        enough, deadline = self.answered + count, time.monotonic() + seconds
        with self._has_answer:
            while self.answered < enough:
                self._has_answer.wait(1)
                assert time.monotonic() < deadline, f"no answers any more; wrong: {self.wrong}"

    def _ask(self) -> None:
        with httpx.Client(timeout=60, headers=self._headers) as client:
            while not self._is_over.is_set():
                for message in self._messages:
                    try:
                        answer = client.post(f"{self._url}/mcp", json=message)
                    except httpx.TransportError as error:
                        self.wrong.append(repr(error))
                        continue
                    if not self.is_right(message, answer.text):
                        self.wrong.append(answer.text)
                    with self._has_answer:
                        self.answered += 1
                        self._has_answer.notify_all()
