"""What a jitter buffer has done, in the terms of the WebRTC statistics (webrtc-stats,
RTCInboundRtpStreamStats)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class JitterStatistics:
    """Counters since the buffer was made; samples are of the RTP clock.

    Attributes:
        packets: inserted, of any fate.
        duplicates: packets that had come before.
        late: packets whose time had passed: their gap is concealed already.
        discarded: packets thrown away to limit the delay, or flushed by a reset.
        invalid: packets whose duration cannot be told.
        resets: jumps of sequence, timestamp or SSRC after which the buffer started anew.
        played_samples: out of packets.
        concealed_samples: made up for lost or late packets; recovered ones (`fec_samples`) are not in it.
        concealment_events: gaps, each counted once.
        fec_samples: recovered from the packet after the gap.
        silent_samples: comfort noise and silence, where the sender sent nothing.
        inserted_samples: by lengthening.
        removed_samples: by shortening.
        emitted_packets: played.
        jitter_buffer_delay: seconds between arrival and playing, summed over `emitted_packets`.
        target_delay: seconds, the sum over `emitted_packets` of the target at the time.
    """

    packets: int = 0
    duplicates: int = 0
    late: int = 0
    discarded: int = 0
    invalid: int = 0
    resets: int = 0
    played_samples: int = 0
    concealed_samples: int = 0
    concealment_events: int = 0
    fec_samples: int = 0
    silent_samples: int = 0
    inserted_samples: int = 0
    removed_samples: int = 0
    emitted_packets: int = 0
    jitter_buffer_delay: float = 0.0
    target_delay: float = 0.0
