from __future__ import annotations

import logging

import pytest

from lkpy.log import REDACTED, RedactingFilter, get_logger, redact

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        ("invalid token: hunter22, error: x", ("hunter22",), f"invalid token: {REDACTED}, error: x"),
        (f"no claims in {JWT}!", (), f"no claims in {REDACTED}!"),
        ("quoted eyJhbGciOiJIUzI1NiJ9 only", (), f"quoted {REDACTED} only"),
        ("Authorization: Bearer what.ever", (), f"Authorization: Bearer {REDACTED}"),
        ("GET /rtc?access_token=abc&x=1", (), f"GET /rtc?access_token={REDACTED}&x=1"),
        ("proxy http://me:pass@host:1 failed", (), f"proxy http://{REDACTED}@host:1 failed"),
        ('escaped a\\"b1', ('a"b1',), f"escaped {REDACTED}"),
        ("url a%2Fb1", ("a/b1",), f"url {REDACTED}"),
        ("part longpartlongpart", ("x.longpartlongpart",), f"part {REDACTED}"),
        ("short x stays", ("x", ""), "short x stays"),
        ("nothing to hide", (), "nothing to hide"),
    ],
)
def test_redact(text: str, secrets: tuple[str, ...], expected: str) -> None:
    assert redact(text, *secrets) == expected


def test_filter_drops_debug_and_redacts_the_rest() -> None:
    logger = logging.getLogger("lkpy.test_log")
    seen: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    redacting = RedactingFilter()
    logger.addHandler(handler)
    logger.addFilter(redacting)
    logger.setLevel(logging.DEBUG)
    try:
        logger.debug("> Authorization: Bearer %s", JWT)
        logger.warning("lost %s, %d left", JWT, 3)
    finally:
        logger.removeHandler(handler)
        logger.removeFilter(redacting)
    assert seen == [f"lost {REDACTED}, 3 left"]


def test_one_root_without_output() -> None:
    assert get_logger("signal").name == "lkpy.signal"
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("lkpy").handlers)
