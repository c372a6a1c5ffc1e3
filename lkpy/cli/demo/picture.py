"""A picture of two waveforms, sent above received, as SVG."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

from lkpy.testing.speech import SAMPLE_RATE

WIDTH = 1200
HEIGHT = 120
MARGIN = 40
SENT, RECEIVED, INK, PAPER = "#3a6ea5", "#2e8b57", "#333333", "#ffffff"


def draw(path: Path, rows: list[tuple[str, npt.NDArray[np.int16], bool]]) -> None:
    """Write the picture.

    Args:
        path: the file to write.
        rows: (title, samples of shape (n,) at 48 kHz, whether it was received), drawn on one time axis.
    """
    seconds = max(samples.size for _, samples, _ in rows) / SAMPLE_RATE
    height = MARGIN + len(rows) * (HEIGHT + MARGIN) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + 2 * MARGIN}" height="{height}" '
        f'font-family="sans-serif" font-size="14" fill="{INK}">',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
    ]
    for index, (title, samples, received) in enumerate(rows):
        top = MARGIN + index * (HEIGHT + MARGIN)
        parts.append(f'<text x="{MARGIN}" y="{top - 8}">{escape(title)}</text>')
        parts.append(
            f'<path d="{_envelope(samples, seconds, top + HEIGHT / 2)}" '
            f'fill="{RECEIVED if received else SENT}"/>'
        )
    axis = MARGIN + len(rows) * (HEIGHT + MARGIN)
    for second in range(int(seconds) + 1):
        x = MARGIN + second / seconds * WIDTH
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{MARGIN}" y2="{axis}" stroke="#00000018"/>')
        parts.append(f'<text x="{x:.1f}" y="{axis + 16}" text-anchor="middle">{second} s</text>')
    parts.append("</svg>")
    path.write_text("\n".join(parts), encoding="utf-8")


def _envelope(samples: npt.NDArray[np.int16], seconds: float, middle: float) -> str:
    """The outline of minima and maxima, one point a pixel column."""
    columns = max(1, int(samples.size / SAMPLE_RATE / seconds * WIDTH))
    usable = samples[: samples.size // columns * columns].reshape(columns, -1).astype(np.int32)
    scale = HEIGHT / 2 / 32768
    upper = [f"{MARGIN + x},{middle - v * scale:.1f}" for x, v in enumerate(usable.max(axis=1))]
    lower = [f"{MARGIN + x},{middle - v * scale:.1f}" for x, v in enumerate(usable.min(axis=1))]
    return "M" + " L".join(upper + lower[::-1]) + " Z"
