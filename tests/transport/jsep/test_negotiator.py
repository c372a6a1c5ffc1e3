"""The rules of offers and answers, one by one."""

import pytest

from lkpy.errors import InvalidStateError, ProtocolError
from lkpy.media.rtp import extensions
from lkpy.transport.bundle.parameters import DtlsRole, TransportParameters
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.jsep import Negotiator, NegotiatorRole
from lkpy.transport.jsep.negotiator import MAX_SECTIONS
from lkpy.transport.jsep.results import UNLIMITED_MESSAGE_SIZE
from lkpy.transport.sdp import Direction, Fingerprint, MediaSection, RtpCodec, SessionDescription

LOCAL = TransportParameters(IceParameters("ours", "p" * 24), Fingerprint("sha-256", "AA:BB"))
REMOTE = {"ufrag": "them", "pwd": "q" * 24}
THEIRS = Fingerprint("sha-256", "CC:DD")
HOST = Candidate.parse("candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host")

OPUS = RtpCodec(111, "opus", 48000, 2, "minptime=10;useinbandfec=1", ("nack",))
RED = RtpCodec(63, "red", 48000, 2, "111/111")
VP8 = RtpCodec(96, "VP8", 90000, feedback=("ccm fir", "nack", "nack pli", "goog-remb"))
RTX = RtpCodec(97, "rtx", 90000, fmtp="apt=96")
H265 = RtpCodec(116, "H265", 90000)
H265_RTX = RtpCodec(117, "rtx", 90000, fmtp="apt=116")


def offerer(**kwargs) -> Negotiator:
    return Negotiator(role=NegotiatorRole.OFFERER, session_id=42, cname="cn", **kwargs)


def answerer(**kwargs) -> Negotiator:
    return Negotiator(role=NegotiatorRole.ANSWERER, session_id=42, cname="cn", **kwargs)


def offer_of(negotiator: Negotiator) -> SessionDescription:
    return SessionDescription.parse(negotiator.create_offer(LOCAL))


def description(*media: MediaSection, setup: str, version: int = 1, remote=REMOTE) -> SessionDescription:
    for section in media:
        if not section.rejected:
            section.with_transport(**remote, setup=setup)
    return SessionDescription.create(session_id=7, version=version, media=media, fingerprints=[THEIRS])


def reply(offer: SessionDescription, *, setup: str = "active", **sent: str) -> SessionDescription:
    """An answer in the manner of livekit-server; `sent` maps "mid" to the sid of the track it sends there."""
    media = []
    for section in offer.media:
        if section.is_data:
            media.append(MediaSection.application(section.mid))
            continue
        track = sent.get(f"m{section.mid}")
        answer = MediaSection.rtp(
            section.kind,
            section.mid,
            codecs=section.codecs.values(),
            extmap=section.extmap,
            direction=Direction.of(sends=section.direction.receives, receives=section.direction.sends),
        ).receive_layers(section.send_rids)
        if track:
            answer.add_stream(
                stream_id=f"PA_x|{track}", track_id=track, cname="s", ssrc=1000 + int(section.mid)
            )
        media.append(answer)
    return description(*media, setup=setup)


def data() -> MediaSection:
    return MediaSection.application("0")


def audio(
    mid: str = "1", direction: str = "sendrecv", codecs=(RED, OPUS), track: str = "TR_a"
) -> MediaSection:
    section = MediaSection.rtp(
        "audio", mid, codecs=codecs, extmap={7: extensions.ABS_CAPTURE_TIME}, direction=direction
    )
    if Direction(direction).sends:
        section.add_stream(stream_id=f"PA_p|{track}", track_id=track, cname="s", ssrc=500 + int(mid))
    return section


def video(mid: str = "2", codecs=(VP8, RTX, H265, H265_RTX), direction: str = "sendrecv") -> MediaSection:
    extmap = {1: extensions.DEPENDENCY_DESCRIPTOR, 3: extensions.ABS_SEND_TIME}
    section = MediaSection.rtp("video", mid, codecs=codecs, extmap=extmap, direction=direction)
    if Direction(direction).sends:
        section.add_stream(stream_id="PA_p|TR_v", track_id="TR_v", cname="s", ssrc=700, rtx_ssrc=701)
    return section


def answer(negotiator: Negotiator, *media: MediaSection, setup: str = "actpass", mids=None):
    text, result = negotiator.answer(description(*media, setup=setup), LOCAL, (), mids)
    return SessionDescription.parse(text), result


# Offers


def test_first_offer_of_a_publisher_is_data_alone():
    offer = SessionDescription.parse(offerer().create_offer(LOCAL, [HOST]))
    (section,) = offer.media
    assert section.is_data
    assert (section.sctp_port, section.max_message_size) == (5000, 65535)
    assert offer.bundle == ("0",)
    assert (section.ice_ufrag, section.ice_pwd, section.setup) == ("ours", "p" * 24, "actpass")
    assert section.ice_options == ("trickle",)
    assert section.fingerprints == (LOCAL.fingerprint,)
    assert section.candidates == [HOST.to_sdp()]


def test_sections_of_a_track():
    negotiator = offerer()
    mid = negotiator.add_sender("audio", "cid", ["opus"], ssrc=5)
    section = offer_of(negotiator).media[1]
    assert section.mid == mid == "1"
    assert section.direction is Direction.SENDONLY
    assert str(section.msid) == "- cid"
    assert section.ssrcs == {5: {"cname": "cn"}}
    assert section.rtcp_mux
    assert section.rtcp_rsize
    assert section.codecs == {111: OPUS}
    assert extensions.MID in section.extmap.values()
    assert extensions.AUDIO_LEVEL in section.extmap.values()


def test_video_with_retransmission_and_layers():
    negotiator = offerer()
    negotiator.add_sender("video", "one", ["VP8"], ssrc=5, rtx_ssrc=6, stream_id="stream")
    negotiator.add_sender("video", "many", ["h264", "vp8"], rids=["q", "h", "f"])
    _, one, many = offer_of(negotiator).media
    assert one.repairs == {5: 6}
    assert str(one.msid) == "stream one"
    assert {extensions.MID, extensions.RID, extensions.REPAIRED_RID} <= set(many.extmap.values())
    assert many.send_rids == ["q", "h", "f"]
    assert many.simulcast == "send q;h;f"
    assert many.ssrcs == {}
    names = [codec.key for codec in many.codecs.values() if codec.key != "rtx"]
    assert names[:2] == ["h264", "vp8"]
    # All codecs, in every section, under the same numbers
    assert dict(sorted(many.codecs.items())) == dict(sorted(one.codecs.items()))
    assert one.codecs[96].feedback == ("nack", "nack pli", "ccm fir")
    assert extensions.TRANSPORT_CC not in one.extmap.values()


def test_single_connection_offer():
    negotiator = offerer()
    negotiator.add_receive_sections("audio", 3)
    negotiator.add_receive_sections("video", 3)
    text = negotiator.create_offer(LOCAL, [HOST])
    offer = SessionDescription.parse(text)
    assert [section.kind for section in offer.media] == ["application"] + ["audio"] * 3 + ["video"] * 3
    assert {section.direction for section in offer.media[1:]} == {Direction.RECVONLY}
    assert offer.bundle == tuple("0123456")
    assert text.count("a=candidate:") == 1
    assert not any(section.msids or section.ssrcs for section in offer.media)


def test_numbers_mean_the_same_in_the_whole_bundle():
    negotiator = offerer()
    negotiator.add_receive_sections("audio", 1)
    negotiator.add_receive_sections("video", 1)
    negotiator.add_sender("video", "c", ["av1"], ssrc=1)
    codecs, ids = {}, {}
    for section in offer_of(negotiator).media:
        for pt, codec in section.codecs.items():
            assert codecs.setdefault(pt, codec) == codec
        for identifier, uri in section.extmap.items():
            assert ids.setdefault(identifier, uri) == uri
    assert len(set(ids.values())) == len(ids)


def test_offers_count_and_keep_their_session():
    negotiator = offerer()
    origins = [offer_of(negotiator).origin.split()[1:3] for _ in range(3)]
    assert origins == [["42", "1"], ["42", "2"], ["42", "3"]]


def test_freed_sections_are_used_again_by_kind_and_codec():
    negotiator = offerer()
    first = negotiator.add_sender("audio", "a", ["opus"], ssrc=1)
    camera = negotiator.add_sender("video", "v", ["vp8"], ssrc=2)
    negotiator.remove_sender(first)
    negotiator.remove_sender(camera)
    freed = offer_of(negotiator)
    assert [section.direction for section in freed.media[1:]] == [Direction.INACTIVE] * 2
    assert not any(section.msids or section.ssrcs for section in freed.media)
    assert negotiator.add_sender("audio", "b", ["OPUS"], ssrc=3) == first
    assert negotiator.add_sender("audio", "c", ["opus"], ssrc=4) not in (first, camera)
    assert negotiator.add_sender("video", "w", ["h264"], ssrc=5) != camera
    assert negotiator.add_sender("video", "x", ["vp8"], ssrc=6) == camera
    assert list(offer_of(negotiator).section(first).ssrcs) == [3]


def test_one_connection_leaves_freed_sections_to_the_server():
    negotiator = offerer()
    early = negotiator.add_sender("audio", "early", ["opus"], ssrc=9)
    negotiator.remove_sender(early)
    assert offer_of(negotiator).section(early).direction is Direction.INACTIVE
    negotiator.add_receive_sections("audio", 1)
    assert offer_of(negotiator).section(early).direction is Direction.RECVONLY
    offer = offer_of(negotiator)
    result = negotiator.apply_answer(reply(offer, **{f"m{early}": "TR_1"}))
    assert [stream.mid for stream in result.added] == [early]
    # Publishing there again does not disturb what the server sends
    assert negotiator.add_sender("audio", "late", ["opus"], ssrc=10) == early
    offer = offer_of(negotiator)
    assert offer.section(early).direction is Direction.SENDRECV
    result = negotiator.apply_answer(reply(offer, **{f"m{early}": "TR_1"}))
    assert [stream.track_sid for stream in result.kept] == ["TR_1"]
    assert [sender.track_id for sender in result.senders] == ["late"]
    assert not result.added
    assert not result.removed


def test_server_cannot_ask_for_sections_without_end():
    negotiator = offerer()
    assert negotiator.add_receive_sections("audio", 2**32) == MAX_SECTIONS - 1
    assert negotiator.add_receive_sections("video", 5) == 0
    assert negotiator.add_receive_sections("video", -5) == 0
    with pytest.raises(InvalidStateError):
        negotiator.add_sender("audio", "c", ["opus"], ssrc=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda n: n.add_sender("audio", "c", ["pcmu"], ssrc=1),
        lambda n: n.add_sender("audio", "c", [], ssrc=1),
        lambda n: n.add_sender("audio", "c", ["opus"]),
        lambda n: n.add_sender("video", "c", ["vp8"], ssrc=1, rids=["q"]),
        lambda n: n.add_sender("application", "c", ["opus"], ssrc=1),
        lambda n: n.add_receive_sections("text", 1),
        lambda n: n.remove_sender("0"),
        lambda n: n.remove_sender("17"),
        lambda n: n.answer(description(data(), setup="actpass"), LOCAL),
    ],
)
def test_mistakes_of_the_caller(call):
    with pytest.raises(InvalidStateError):
        call(offerer())


def test_the_answering_side_does_not_offer():
    negotiator = answerer()
    with pytest.raises(InvalidStateError):
        negotiator.create_offer(LOCAL)
    with pytest.raises(InvalidStateError):
        negotiator.add_sender("audio", "c", ["opus"], ssrc=1)
    with pytest.raises(InvalidStateError):
        offerer(data_channels=False).create_offer(LOCAL)


# Answers to our offers


@pytest.mark.parametrize(
    ("setup", "role"), [("active", DtlsRole.SERVER), ("passive", DtlsRole.CLIENT), ("", DtlsRole.SERVER)]
)
def test_role_after_an_answer(setup, role):
    negotiator = offerer()
    assert negotiator.apply_answer(reply(offer_of(negotiator), setup=setup)).transport.role is role


@pytest.mark.parametrize("setup", ["actpass", "holdconn"])
def test_an_answer_must_settle_the_role(setup):
    negotiator = offerer()
    offer = offer_of(negotiator)
    with pytest.raises(ProtocolError):
        negotiator.apply_answer(reply(offer, setup=setup))
    # The offer is still open
    assert negotiator.apply_answer(reply(offer)).transport.role is DtlsRole.SERVER


def test_what_the_transport_learns():
    negotiator = offerer()
    remote = reply(offer_of(negotiator))
    section = remote.media[0]
    section.max_message_size = 0
    section.candidates = [
        HOST.to_sdp(),
        HOST.to_sdp().replace(" 1 udp", " 2 udp"),
        "candidate:nonsense",
    ]
    section.end_of_candidates = True
    remote.ice_lite = True
    transport = negotiator.apply_answer(remote.serialize()).transport
    assert transport.ice == IceParameters("them", "q" * 24, lite=True)
    assert transport.fingerprints == (THEIRS,)
    assert transport.candidates == (HOST,)
    assert transport.end_of_candidates
    assert transport.max_message_size == UNLIMITED_MESSAGE_SIZE
    assert not transport.restarted


@pytest.mark.parametrize(("said", "bytes_"), [(None, 65536), (262144, 262144)])
def test_message_size(said, bytes_):
    negotiator = offerer()
    remote = reply(offer_of(negotiator))
    remote.media[0].max_message_size = said
    assert negotiator.apply_answer(remote).transport.max_message_size == bytes_


def test_connection_without_data():
    negotiator = offerer(data_channels=False)
    negotiator.add_sender("audio", "c", ["opus"], ssrc=1)
    assert negotiator.apply_answer(reply(offer_of(negotiator))).transport.max_message_size is None


def test_negotiated_sender():
    negotiator = offerer()
    mid = negotiator.add_sender("video", "cid", ["vp8"], ssrc=5, rtx_ssrc=6)
    remote = reply(offer_of(negotiator))
    section = remote.section(mid)
    section.codecs = {pt: section.codecs[pt] for pt in (126, 97, 125, 96)}
    section.extmap = {4: extensions.MID, 9: extensions.RID, 10: "urn:other"}
    (sender,) = negotiator.apply_answer(remote).senders
    assert (sender.mid, sender.kind, sender.track_id) == (mid, "video", "cid")
    assert [codec.payload_type for codec in sender.codecs] == [96]
    assert sender.rtx == {96: 97}
    assert sender.extmap == {4: extensions.MID}
    assert (sender.ssrc, sender.rtx_ssrc, sender.rids) == (5, 6, ())


def test_preference_is_the_answers():
    negotiator = offerer()
    mid = negotiator.add_sender("video", "cid", ["vp8", "h264"], ssrc=5)
    remote = reply(offer_of(negotiator))
    section = remote.section(mid)
    section.codecs = {pt: section.codecs[pt] for pt in (45, 108, 125, 96)}
    (sender,) = negotiator.apply_answer(remote).senders
    # What we only receive, and what was not wanted, is left out
    assert [codec.payload_type for codec in sender.codecs] == [125, 96]
    assert sender.rtx == {}


def test_layers_that_the_answer_takes():
    negotiator = offerer()
    mid = negotiator.add_sender("video", "cid", ["vp8"], rids=["q", "h", "f"])
    remote = reply(offer_of(negotiator))
    remote.section(mid).rids = [rid for rid in remote.section(mid).rids if rid.id != "h"]
    (sender,) = negotiator.apply_answer(remote).senders
    assert sender.rids == ("q", "f")
    assert sender.ssrc is None


def test_senders_that_are_not_taken():
    negotiator = offerer()
    mids = [negotiator.add_sender("audio", f"c{i}", ["opus"], ssrc=i) for i in range(1, 5)]
    remote = reply(offer_of(negotiator))
    remote.section(mids[0]).port = 0
    remote.section(mids[1]).direction = Direction.INACTIVE
    remote.section(mids[2]).codecs = {0: RtpCodec(0, "PCMU", 8000)}
    negotiator.remove_sender(mids[3])
    assert negotiator.apply_answer(remote).senders == []
    # A refused section is offered again as it was
    again = offer_of(negotiator)
    assert [section.port for section in again.media] == [9] * 5
    assert [s.track_id for s in negotiator.apply_answer(reply(again)).senders] == ["c1", "c2", "c3"]


def test_sections_added_while_an_answer_is_awaited():
    negotiator = offerer()
    offer = offer_of(negotiator)
    negotiator.add_sender("audio", "c", ["opus"], ssrc=1)
    assert negotiator.apply_answer(reply(offer)).senders == []
    assert len(negotiator.apply_answer(reply(offer_of(negotiator))).senders) == 1


def test_placeholders_are_no_streams():
    negotiator = offerer()
    negotiator.add_receive_sections("audio", 3)
    remote = reply(offer_of(negotiator), m2="TR_b")
    remote.media[3].add_stream(stream_id="unpacked", track_id="x", cname="c", ssrc=4)
    assert remote.media[1].direction is Direction.SENDONLY
    result = negotiator.apply_answer(remote, {"2": "TR_b"})
    (stream,) = result.added
    assert (stream.mid, stream.track_sid, stream.stream_id, stream.ssrc) == ("2", "TR_b", "PA_x|TR_b", 1002)
    assert stream.direction is Direction.RECVONLY
    assert negotiator.receivers == [stream]


def test_stream_that_only_the_signalling_names():
    negotiator = offerer()
    negotiator.add_receive_sections("audio", 1)
    (stream,) = negotiator.apply_answer(reply(offer_of(negotiator)), {"1": "TR_z"}).added
    assert (stream.track_sid, stream.stream_id, stream.ssrc) == ("TR_z", "", None)


def test_nothing_is_received_where_we_only_send():
    negotiator = offerer()
    mid = negotiator.add_sender("audio", "c", ["opus"], ssrc=1)
    remote = reply(offer_of(negotiator), **{f"m{mid}": "TR_x"})
    remote.section(mid).direction = Direction.SENDRECV
    assert negotiator.apply_answer(remote).added == []


def test_answer_without_mids_is_read_by_place():
    negotiator = offerer()
    negotiator.add_receive_sections("audio", 1)
    remote = reply(offer_of(negotiator), m1="TR_a")
    for section in remote.media:
        section.mid = ""
    assert [stream.mid for stream in negotiator.apply_answer(remote).added] == ["1"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.media.pop(),
        lambda d: d.media.reverse(),
        lambda d: [setattr(section, "ice_ufrag", "") for section in d.media],
        lambda d: setattr(d.media[0], "ice_pwd", "with blank"),
        lambda d: setattr(d.media[0], "ice_pwd", "x" * 300),
        lambda d: setattr(d.media[0], "fingerprints", ()),
    ],
)
def test_answers_that_answer_nothing(spoil):
    negotiator = offerer()
    negotiator.add_receive_sections("audio", 1)
    remote = reply(offer_of(negotiator))
    spoil(remote)
    with pytest.raises(ProtocolError):
        negotiator.apply_answer(remote)


def test_unasked_answers():
    negotiator = offerer()
    remote = reply(offer_of(offerer()))
    with pytest.raises(ProtocolError):
        negotiator.apply_answer(remote)
    remote = reply(offer_of(negotiator))
    negotiator.apply_answer(remote)
    with pytest.raises(ProtocolError):
        negotiator.apply_answer(remote)


# Offers that we answer


@pytest.mark.parametrize(
    ("theirs", "ours", "role"),
    [
        ("actpass", "active", DtlsRole.CLIENT),
        ("", "active", DtlsRole.CLIENT),
        ("passive", "active", DtlsRole.CLIENT),
        ("active", "passive", DtlsRole.SERVER),
    ],
)
def test_role_in_an_answer(theirs, ours, role):
    text, result = answer(answerer(), data(), setup=theirs)
    assert text.media[0].setup == ours
    assert result.transport.role is role


def test_role_stays_with_the_certificate():
    negotiator = answerer()
    answer(negotiator, data(), setup="active")
    text, result = answer(negotiator, data(), setup="actpass")
    assert (text.media[0].setup, result.transport.role) == ("passive", DtlsRole.SERVER)
    new = description(data(), setup="actpass")
    new.media[0].fingerprints = (Fingerprint("sha-256", "11:22"),)
    assert negotiator.answer(new, LOCAL)[1].transport.role is DtlsRole.CLIENT


def test_restart_is_told_before_and_after():
    negotiator = answerer()
    first = description(data(), setup="actpass")
    assert not negotiator.is_restart(first)
    assert not negotiator.answer(first, LOCAL)[1].transport.restarted
    assert not negotiator.is_restart(first)
    other = description(data(), setup="actpass", remote={"ufrag": "new", "pwd": "q" * 24})
    assert negotiator.is_restart(other)
    assert negotiator.answer(other, LOCAL)[1].transport.restarted
    assert not negotiator.is_restart(other)


def test_answer_mirrors_what_we_can():
    text, result = answer(answerer(), data(), audio(), video())
    data_answer, audio_answer, video_answer = text.media
    assert (data_answer.sctp_port, data_answer.max_message_size) == (5000, 65535)
    # RED is not answered, so plain Opus comes even from those who publish RED
    assert list(audio_answer.codecs) == [111]
    assert audio_answer.codecs[111].fmtp == "minptime=10;useinbandfec=1"
    assert audio_answer.extmap == {7: extensions.ABS_CAPTURE_TIME}
    assert audio_answer.direction is Direction.RECVONLY
    assert list(video_answer.codecs) == [96, 97]
    assert video_answer.codecs[96].feedback == ("ccm fir", "nack", "nack pli")
    assert video_answer.extmap == {3: extensions.ABS_SEND_TIME}
    assert video_answer.rtcp_rsize
    assert text.bundle == ("0", "1", "2")
    hear, see = result.added
    assert (hear.track_sid, hear.ssrc, hear.rtx_ssrc) == ("TR_a", 501, None)
    assert (see.track_sid, see.ssrc, see.rtx_ssrc) == ("TR_v", 700, 701)
    assert list(see.codecs) == [96, 97]
    assert see.stream_id == "PA_p|TR_v"


def test_payload_types_are_the_offerers():
    text, _ = answer(answerer(), data(), audio(codecs=[RtpCodec(100, "OPUS", 48000, 2)]))
    assert list(text.media[1].codecs) == [100]


def test_no_retransmission_unless_offered():
    text, _ = answer(answerer(), data(), video(codecs=[VP8]))
    assert list(text.media[1].codecs) == [96]


def test_codecs_that_we_have_not():
    text, result = answer(answerer(), data(), video(codecs=[H265, H265_RTX]), audio("3"))
    refused = text.media[1]
    assert (refused.port, refused.direction) == (9, Direction.INACTIVE)
    assert list(refused.codecs) == [116]
    assert text.media[2].direction is Direction.RECVONLY
    # The server sends all the same: the stream is known, with no codec to play
    assert {stream.track_sid: bool(stream.codecs) for stream in result.added} == {"TR_v": False, "TR_a": True}


def test_stereo_is_for_all_sections():
    stereo = RtpCodec(111, "opus", 48000, 2, "minptime=10;useinbandfec=1;sprop-stereo=1")
    text, _ = answer(answerer(), data(), audio("1", codecs=[stereo]), audio("2", codecs=[OPUS]))
    assert {s.codecs[111].fmtp for s in text.media[1:]} == {"minptime=10;useinbandfec=1;stereo=1"}


def test_unknown_kinds_rejected_sections_and_duplicates():
    text, result = answer(
        answerer(),
        data(),
        MediaSection("text", proto="UDP/TLS/RTP/SAVPF", codecs={98: RtpCodec(98, "t140", 1000)}, mid="1"),
        audio("2"),
        video("3").rejection(),
        audio("2", track="TR_twice"),
        MediaSection.application("4"),
        MediaSection("audio", mid="5", formats=("99",)),
        MediaSection("application", proto="DTLS/SCTP", formats=("5000",), mid="6"),
    )
    assert [section.port for section in text.media] == [9, 0, 9, 0, 0, 0, 0, 0]
    assert text.bundle == ("0", "2")
    assert [stream.track_sid for stream in result.added] == ["TR_a"]
    # Every payload type that is left on an m-line is explained
    assert all(not section.formats or not section.codecs for section in text.media)
    assert text.media[1].codecs[98].name == "t140"


def test_freed_and_used_again():
    negotiator = answerer()
    answer(negotiator, data(), audio("1"))
    text, result = answer(negotiator, data(), audio("1", direction="recvonly"))
    assert text.media[1].direction is Direction.INACTIVE
    assert [stream.track_sid for stream in result.removed] == ["TR_a"]
    text, result = answer(negotiator, data(), audio("1", track="TR_b"))
    assert [stream.track_sid for stream in result.added] == ["TR_b"]
    text, result = answer(negotiator, data(), audio("1", track="TR_b"))
    assert [stream.track_sid for stream in result.kept] == ["TR_b"]
    changed = audio("1", track="TR_b")
    changed.ssrcs = {9: {"cname": "s"}}
    text, result = answer(negotiator, data(), changed)
    assert [stream.ssrc for stream in result.kept] == [9]
    assert (result.removed, result.added) == ([], [])


def test_a_track_that_is_named_before_its_source_is_known_is_one_stream():
    """livekit-server now and then writes an answer while it attaches a track: the signalling names it, the
    section has neither msid nor source. The next answer has both."""
    negotiator = offerer()
    negotiator.add_receive_sections("audio", 1)
    first = negotiator.apply_answer(reply(offer_of(negotiator)), {"1": "TR_b"})
    assert [(stream.stream_id, stream.ssrc) for stream in first.added] == [("", None)]
    second = negotiator.apply_answer(reply(offer_of(negotiator), m1="TR_b"), {"1": "TR_b"})
    assert [(stream.stream_id, stream.ssrc) for stream in second.kept] == [("PA_x|TR_b", 1001)]
    assert (second.removed, second.added) == ([], [])


@pytest.mark.parametrize(
    ("stream_id", "track_id", "signalled", "sid"),
    [
        ("PA_a|TR_b", "TR_b", "", "TR_b"),
        ("PA_a|TR_b", "other", "TR_c", "TR_b"),
        ("PA_a|camera", "TR_b", "", "TR_b"),
        ("PA_a|camera", "", "TR_c", "TR_c"),
        ("PA_a|camera", "", "", None),
        ("reserved", "x", "", None),
        ("reserved", "x", "TR_c", "TR_c"),
        ("PA_a|TR_b|TR_c", "", "", "TR_b|TR_c"),
    ],
)
def test_track_identity(stream_id, track_id, signalled, sid):
    section = audio("1")
    section.msids.clear()
    section.ssrcs.clear()
    section.add_stream(stream_id=stream_id, track_id=track_id, cname="s", ssrc=3)
    _, result = answer(answerer(), data(), section, mids={"1": signalled} if signalled else None)
    assert [stream.track_sid for stream in result.added] == ([sid] if sid else [])


def test_offer_without_bundle_gets_none():
    offer = description(data(), setup="actpass")
    offer.groups = []
    text, _ = answerer().answer(offer, LOCAL)
    assert SessionDescription.parse(text).bundle == ()


def test_data_channels_can_be_refused():
    text, result = answer(answerer(data_channels=False), data(), audio("1"))
    assert [section.port for section in text.media] == [0, 9]
    assert len(result.added) == 1


@pytest.mark.parametrize(
    "offer",
    [
        "nonsense",
        "v=0\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n",
        description(*[audio(str(i)) for i in range(1, MAX_SECTIONS + 2)], setup="actpass"),
        description(data().rejection(), setup="actpass"),
        description(MediaSection("text", codecs={98: RtpCodec(98, "t140", 1000)}, mid="1"), setup="actpass"),
        description(data(), setup="holdconn"),
    ],
    ids=["nonsense", "empty", "no transport", "too many", "rejected", "unknown", "holdconn"],
)
def test_offers_that_cannot_be_answered(offer):
    negotiator = answerer()
    with pytest.raises(ProtocolError):
        negotiator.answer(offer, LOCAL)
    assert negotiator.receivers == []


def test_lines_end_where_they_should():
    """What comes from the peer cannot write lines of its own into our answer."""
    text = (
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\na=mid:1\x0ba=ice-lite\r\na=rtpmap:111 opus/48000/2\r\n"
        "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=setup:actpass\r\n"
        "a=fingerprint:sha-256 AA\r\n"
    )
    answered, _ = answerer().answer(text, LOCAL)
    assert not SessionDescription.parse(answered).ice_lite
