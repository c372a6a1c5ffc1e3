"""Access tokens: ours against livekit-api's, and every way to be refused."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit import api

from lkpy.testing.tokens import Grants, TokenError, encode_token, make_token, verify_token

SECRET = "a secret as long as HS256 would like it"
KEYS = {"devkey": SECRET}


def test_a_token_of_livekit_api_is_read() -> None:
    grants = api.VideoGrants(
        room_join=True, room="lobby", can_publish=False, can_publish_sources=["camera"], hidden=True
    )
    token = (
        api.AccessToken("devkey", SECRET)
        .with_identity("alice")
        .with_name("Alice")
        .with_metadata("m")
        .with_attributes({"a": "1"})
        .with_kind("agent")
        .with_grants(grants)
        .to_jwt()
    )
    read = verify_token(token, KEYS)
    assert (read.identity, read.name, read.metadata, read.room) == ("alice", "Alice", "m", "lobby")
    assert read.attributes == {"a": "1"}
    assert read.kind == "agent"
    assert read.room_join
    assert read.hidden
    assert not read.may_publish
    assert read.may_publish_data
    assert read.may_subscribe
    assert read.can_publish_sources == ("camera",)


def test_livekit_api_reads_ours() -> None:
    token = make_token(
        "devkey", SECRET, identity="bob", room="lobby", name="Bob", attributes={"k": "v"}, can_publish=False
    )
    claims = api.TokenVerifier("devkey", SECRET).verify(token)
    assert (claims.identity, claims.name, claims.attributes) == ("bob", "Bob", {"k": "v"})
    assert claims.video is not None
    assert (claims.video.room_join, claims.video.room, claims.video.can_publish) == (True, "lobby", False)


def test_grants_survive_the_way_there_and_back() -> None:
    said = Grants(
        identity="x", room="r", room_admin=True, can_subscribe=False, attributes={"a": "b"}, kind="sip"
    )
    read = verify_token(encode_token(said.to_claims(), "devkey", SECRET), KEYS)
    assert read.to_claims() == said.to_claims()


def test_publishing_data_follows_publishing_unless_it_is_said() -> None:
    assert Grants().may_publish_data
    assert not Grants(can_publish=False).may_publish_data
    assert Grants(can_publish=False, can_publish_data=True).may_publish_data


def _forged(header: object, claims: object) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in (header, claims)]
    return ".".join([*parts, "AAAA"])


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "invalid authorization token"),
        ("a.b", "invalid authorization token"),
        ("a.b.c", "invalid authorization token"),
        (_forged({"alg": "none"}, {"iss": "devkey"}), "invalid authorization token"),
        (_forged({"alg": "HS256"}, [1]), "invalid authorization token"),
        (_forged({"alg": "HS256"}, {"iss": "other"}), "invalid API key"),
        (_forged({"alg": "HS256"}, {"iss": "devkey", "exp": 9e12}), "signature"),
        (make_token("devkey", "wrong", identity="a", room="r"), "signature"),
        (make_token("devkey", SECRET, identity="a", room="r", ttl=-3600), "expired"),
        (encode_token({"sub": "a"}, "devkey", SECRET, now=4e9), "not valid yet"),
    ],
)
def test_bad_tokens_are_refused(token: str, words: str) -> None:
    with pytest.raises(TokenError, match=words) as refused:
        verify_token(token, KEYS)
    assert refused.value.status == 401
    assert not token or token not in str(refused.value)


def test_clocks_may_differ_by_a_minute() -> None:
    token = make_token("devkey", SECRET, identity="a", room="r", ttl=-30)
    assert verify_token(token, KEYS).identity == "a"


@settings(max_examples=80)
@given(st.text(max_size=60))
def test_any_text_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(TokenError):
        verify_token(text, KEYS)


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.dictionaries(
                st.sampled_from(["video", "sub", "exp", "attributes", "room", "canPublishSources", "nbf"]),
                x,
                max_size=4,
            )
            | st.lists(x, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_claims_of_any_type_are_read(claims: object) -> None:
    if isinstance(claims, dict):
        Grants.from_claims(claims)
