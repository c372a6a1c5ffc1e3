"""What requests say and whether they are allowed: new tracks, wanted sizes, own metadata. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.layers import BEST
from lkpy.testing.sfu.subscriber import Subscription

MAX_METADATA, MAX_ATTRIBUTES, MAX_NAME = 512 << 10, 64 << 10, 256
"""Bytes, bytes, characters: livekit-server's limits."""

Reason = rtc.RequestResponse.Reason
_STREAMS = {
    models.TrackSource.CAMERA: "camera",
    models.TrackSource.MICROPHONE: "camera",
    models.TrackSource.SCREEN_SHARE: "screen",
    models.TrackSource.SCREEN_SHARE_AUDIO: "screen",
}
_QUALITY_RANK = {
    models.VideoQuality.LOW: 0,
    models.VideoQuality.MEDIUM: 1,
    models.VideoQuality.HIGH: BEST,
}


def track_info(body: rtc.AddTrackRequest, sid: str) -> models.TrackInfo:
    """What is known of a track when it is announced; mime type of audio and mid follow with the offer."""
    video = body.type == models.TrackType.VIDEO
    # Some SDKs write "vp8", others "video/vp8".
    names = [c.codec.rpartition("/")[2].upper() for c in body.simulcast_codecs] or [""]
    mime = f"video/{names[0]}" if video and names[0] else ""
    svc = any(
        c.video_layer_mode == models.VideoLayer.Mode.MULTIPLE_SPATIAL_LAYERS_PER_STREAM
        for c in body.simulcast_codecs
    )
    layers = sorted(body.layers, key=lambda layer: layer.quality)
    mode = models.VideoLayer.Mode.ONE_SPATIAL_LAYER_PER_STREAM
    if svc:
        mode = models.VideoLayer.Mode.MULTIPLE_SPATIAL_LAYERS_PER_STREAM
    codecs = [
        models.SimulcastCodecInfo(
            mime_type=mime if position == 0 else f"video/{name}",
            cid=body.cid if position == 0 else body.simulcast_codecs[position].cid,
            layers=layers,
            video_layer_mode=mode,
        )
        for position, name in enumerate(names)
    ]
    return models.TrackInfo(
        sid=sid,
        type=body.type,
        name=body.name,
        muted=body.muted,
        width=body.width,
        height=body.height,
        simulcast=len(layers) > 1 and not svc,
        disable_dtx=body.disable_dtx,
        source=body.source,
        layers=layers,
        mime_type=mime,
        codecs=codecs,
        stereo=body.stereo,
        disable_red=body.disable_red or body.encryption != models.Encryption.Type.NONE,
        encryption=body.encryption,
        stream=body.stream or _STREAMS.get(body.source, ""),
        audio_features=body.audio_features,
        backup_codec_policy=body.backup_codec_policy or models.BackupCodecPolicy.SIMULCAST,
        packet_trailer_features=body.packet_trailer_features,
    )


def wanted_rank(info: models.TrackInfo, settings: rtc.UpdateTrackSettings) -> int:
    """The best layer a subscriber asks for. A size beats a quality: the smallest layer that covers it."""
    if not (settings.width or settings.height):
        return _QUALITY_RANK.get(settings.quality, BEST)
    for position, layer in enumerate(sorted(info.layers, key=lambda layer: layer.width * layer.height)):
        if layer.width >= settings.width and layer.height >= settings.height:
            return min(position, BEST)
    return BEST


def apply_settings(subscription: Subscription, settings: rtc.UpdateTrackSettings) -> None:
    """Pause, resume or choose the layer of a subscription."""
    subscription.down.disabled = settings.disabled
    subscription.down.layers.max_rank = wanted_rank(subscription.track.info, settings)


def metadata_refusal(
    info: models.ParticipantInfo, body: rtc.UpdateParticipantMetadata
) -> tuple[rtc.RequestResponse.Reason, str] | None:
    """Why a change of one's own metadata is refused: reason and words; None if it is not."""
    if not info.permission.can_update_metadata:
        return Reason.NOT_ALLOWED, "does not have permission to update own metadata"
    too_large = details_too_large(info, body.name, body.metadata, body.attributes)
    return (Reason.LIMIT_EXCEEDED, too_large) if too_large is not None else None


def details_too_large(
    info: models.ParticipantInfo, name: str, metadata: str, attributes: Mapping[str, str]
) -> str | None:
    """Which limit new details of a participant exceed, in livekit-server's words; None if none."""
    if len(name) > MAX_NAME:
        return "exceeds name length limit"
    if len(metadata.encode()) > MAX_METADATA:
        return "exceeds metadata size limit"
    if attributes_size(info, attributes) > MAX_ATTRIBUTES:
        return "exceeds attributes size limit"
    return None


def attributes_size(info: models.ParticipantInfo, attributes: Mapping[str, str]) -> int:
    """Bytes of a participant's attributes once `attributes` are merged in."""
    merged = {**info.attributes, **attributes}
    return sum(len(key.encode()) + len(value.encode()) for key, value in merged.items())
